/** The types of a call, which follow from the rows of the catalogue. */
import type { ActivationName, catalogue, Definition, ParameterName } from './catalogue.js';
import type { ElementArray, Float16, StorageType } from './storage.js';

/** A name of the catalogue, or a definition of your own. */
export type Activation = ActivationName | Definition;

/** A tensor in a pipeline: a whole buffer, or a range of one in bytes. */
export type GPUTensor = GPUBuffer | { readonly buffer: GPUBuffer; readonly offset?: number; readonly size?: number };

type Family<N extends Activation> = N extends ActivationName
  ? (typeof catalogue)[N] extends { readonly family: infer F }
    ? F
    : never
  : 'elementwise';
type Hyper<N extends Activation> = N extends ActivationName
  ? { readonly [P in ParameterName<N>]?: number }
  : Readonly<Record<string, unknown>>;

/** Hyper-parameters by name, and the layout of the tensors. */
export type Options<N extends Activation = ActivationName> = Hyper<N> & {
  /**
   * How elements lie in memory: 'f32' unless given; 'f16' or 'bf16', two bytes each. Arithmetic and sums are float32, stores
   * round to nearest, ties to even. weight, bias and their gradients are float32 always.
   */
  readonly dtype?: StorageType;
} & (Family<N> extends 'rowwise'
    ? {
        /** Length of a row of x, row-major [rows, columns]; for arrays all of x unless given. */ readonly columns?: number;
      }
    : {
        /** x is row-major [outer, channels, inner]; weight and bias have one value per channel. For arrays their length unless given. */
        readonly channels?: number;
        /** Elements of a channel that lie together; 1 unless given: channels last. */
        readonly inner?: number;
      }) &
  (Family<N> extends 'gated'
    ? {
        /** Length of a row of x whose halves are gate and up. */
        readonly columns?: number;
        /** The first half is the gate; default true. PyTorch's glu puts it second. */
        readonly gateFirst?: boolean;
      }
    : unknown);

export interface BackwardOptions {
  /** Adds the gradients into what dx, dWeight, dBias, dGate and dUp hold, in the same pass. */
  readonly accumulate?: boolean;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Elements done and in all, after each piece of a long array. */
  readonly onProgress?: (done: number, total: number) => void;
}

type Sources<N extends Activation, T> =
  Family<N> extends 'gated'
    ?
        | { readonly gate: T; readonly up: T; readonly x?: undefined }
        | { readonly x: T; readonly gate?: undefined; readonly up?: undefined }
    : { readonly x: T };
type SavedSources<N extends Activation, T> =
  Family<N> extends 'gated'
    ? Sources<N, T>
    : { readonly x: T; readonly y?: undefined } | { readonly y: T; readonly x?: undefined };
type Learned<N extends Activation, T> = (Family<N> extends 'channelwise' ? { readonly weight: T } : unknown) &
  (Family<N> extends 'rowwise' ? unknown : { readonly bias?: T });

/** Arrays of elements A; learned parameters are Float32Arrays whatever those are. */
export type ForwardArrays<N extends Activation, A = Float32Array> = Sources<N, A> & Learned<N, Float32Array>;
export type BackwardArrays<N extends Activation, A = Float32Array> = SavedSources<N, A> &
  Learned<N, Float32Array> & { readonly dy: A } & Partial<Record<'dx' | 'dGate' | 'dUp', A>> &
  Partial<Record<'dWeight' | 'dBias', Float32Array>>;

export type HalfType = Exclude<StorageType, 'f32'>;
export type HalfForwardArrays<N extends Activation> = ForwardArrays<N, Uint16Array> | ForwardArrays<N, Float16>;
export type HalfBackwardArrays<N extends Activation> = BackwardArrays<N, Uint16Array> | BackwardArrays<N, Float16>;

type Result = Float32Array<ArrayBuffer>;
/** The kind of array that the elements came in. */
export type ElementsOf<G> = G extends { readonly x: infer A extends ElementArray }
  ? Own<A>
  : G extends { readonly gate: infer A extends ElementArray }
    ? Own<A>
    : G extends { readonly y: infer A extends ElementArray }
      ? Own<A>
      : never;
type Own<A> = A extends Float32Array ? Result : A extends Uint16Array ? Uint16Array<ArrayBuffer> : A;

/** The gradients of what was given: dx, or dGate and dUp; dWeight with a weight, dBias with a bias. */
export type BackwardResult<N extends Activation, G> = (Family<N> extends 'gated'
  ? G extends { readonly x: ElementArray }
    ? { dx: ElementsOf<G> }
    : { dGate: ElementsOf<G>; dUp: ElementsOf<G> }
  : { dx: ElementsOf<G> }) &
  (Family<N> extends 'channelwise' ? { dWeight: Result } : unknown) &
  (G extends { readonly bias: Float32Array } ? { dBias: Result } : unknown);

export type ForwardTensors<N extends Activation> = Sources<N, GPUTensor> &
  Learned<N, GPUTensor> & {
    readonly y: GPUTensor;
    /** Elements of y. */
    readonly length: number;
  };
export type BackwardTensors<N extends Activation> = SavedSources<N, GPUTensor> &
  Learned<N, GPUTensor> & {
    readonly dy: GPUTensor;
    readonly dx?: GPUTensor;
    readonly dGate?: GPUTensor;
    readonly dUp?: GPUTensor;
    readonly dWeight?: GPUTensor;
    readonly dBias?: GPUTensor;
    /** Elements of y. */
    readonly length: number;
  };
