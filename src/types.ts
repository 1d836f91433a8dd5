/** The types of a call, which follow from the rows of the table. */
import type * as table from './activations.js';
import type { Definition } from './definition.js';
import type { PassTimer } from './options.js';
import type { ElementArray, HalfArray, StorageType } from './storage.js';

/** The name of an activation of the catalogue. */
export type ActivationName = keyof typeof table;

/** A name of the catalogue, or a definition: a built-in one, or one of your own. */
export type Activation = ActivationName | Definition;

/** A tensor in a pipeline: a whole buffer, or a range of one in bytes. */
export type GPUTensor = GPUBuffer | { readonly buffer: GPUBuffer; readonly offset?: number; readonly size?: number };

type Of<N extends Activation> = N extends ActivationName ? (typeof table)[N] : N;
type Maps<N extends Activation> = Of<N>['maps'];
/** The tensor that every call has; of a definition that is known only at run time, none. */
type Requires<N extends Activation> = string extends Of<N>['requires'] ? never : Of<N>['requires'];
/** Tensors that may stand for a parameter; of a definition that is known only at run time, none. */
type LearnedName<N extends Activation> = string extends keyof Of<N>['learned']
  ? never
  : keyof Of<N>['learned'] & string;
/** The parameters that are always learned. */
type Bound<N extends Activation> = Of<N>['learned'][Requires<N> & LearnedName<N>];

/** The names of the hyper-parameters that a call may set by number. */
export type ParameterName<N extends Activation> = Exclude<keyof Of<N>['parameters'] & string, Bound<N>>;
type Hyper<N extends Activation> = N extends unknown
  ? string extends ParameterName<N>
    ? Readonly<Record<string, unknown>>
    : { readonly [P in ParameterName<N>]?: number }
  : never;

/** How elements lie in memory. */
export interface StorageOptions<D extends StorageType = StorageType> {
  /**
   * How elements lie in memory: 'f32' unless given; 'f16' or 'bf16', two bytes each. Arithmetic and sums are float32, stores
   * round to nearest, ties to even. bias, learned parameters and their gradients are float32 always.
   */
  readonly dtype?: D;
}

/** Hyper-parameters by name, and the layout of the tensors. */
export type Options<N extends Activation = ActivationName> = PassOptions<N> & StorageOptions;

/** Those beside the storage type. */
export type PassOptions<N extends Activation = ActivationName> = Hyper<N> &
  Sight<N> &
  (Maps<N> extends 'row'
    ? {
        /** Length of a row of x, row-major [outer, columns, inner]; for arrays all of x unless given. */
        readonly columns?: number;
        /** Elements between the columns of a row; 1 unless given: rows over the last axis. */
        readonly inner?: number;
      }
    : {
        /**
         * x is row-major [outer, channels, inner]; bias and learned parameters have one value per channel, or one for all: an array
         * of one, or a range of four bytes. For arrays the longest one's length unless given.
         */
        readonly channels?: number;
        /** Elements of a channel that lie together; 1 unless given: channels last. */
        readonly inner?: number;
        /**
         * x holds gate and up, as the halves of its rows or by turns, x[2i] and x[2i + 1]; of a named gated unit it always does,
         * as halves unless given.
         */
        readonly halves?: 'split' | 'interleaved';
        /** Length of a row of x that holds gate and up. */
        readonly columns?: number;
        /** The first half, or the first of two, is the gate; default true. PyTorch's glu puts it second. */
        readonly gateFirst?: boolean;
      });

/** What a row sees of its columns, where a function of rows asks that. */
type Sight<N extends Activation> =
  Of<N> extends { readonly unseen: string }
    ? {
        /** Row r of each block of `queries` rows sees the columns up to r + `causal`: 0 of a square of queries and keys. */
        readonly causal?: number;
        /** Rows of a block, as of a head of attention; all rows unless given. */
        readonly queries?: number;
        /** What a row has that sees no column, or only −∞: NaN unless given, or 0, with a gradient of 0. */
        readonly empty?: 'nan' | 'zero';
        /** A call of arrays gives `logSumExp` too: ln Σ e^logit of each row, from which backward reads x once. */
        readonly logSumExp?: boolean;
        /** Rows of x, neighbours, that take the same `maskRows` rows of the mask; 1 unless given. */
        readonly maskBlock?: number;
        /** Rows of the mask that a block takes, in turn; 1 unless given. The mask begins again after its last row. */
        readonly maskRows?: number;
        /** 'f32' where a buffer's mask is float32 and the elements are not. */
        readonly maskDtype?: StorageType;
      }
    : unknown;

/** Options of backward passes. */
export interface BackwardOptions<C extends boolean = boolean> {
  /** Adds the gradients into what their tensors hold, in the same pass. */
  readonly accumulate?: C;
}

/** Options of every call with arrays. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Elements done and in all, after each piece of a long array. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Of `createTimer`: times the compute passes of the call. */
  readonly timer?: PassTimer | undefined;
}

/** What a pass reads, and whose gradients are whose: any activation of elements may be a gate; y where f′ is a function of it. */
type Forms<N extends Activation, IsBackward> =
  | { in: 'x'; out: 'dx' }
  | (Maps<N> extends 'row' ? never : { in: 'gate' | 'up'; out: 'dGate' | 'dUp' })
  | ([Of<N>['fromY'], IsBackward] extends [false, true]
      ? never
      : IsBackward extends true
        ? { in: 'y'; out: 'dx' }
        : never);
type Form = { in: 'x' | 'y' | 'gate' | 'up'; out: 'dx' | 'dGate' | 'dUp' };

/** A function of rows may give one value a row, or the loss of a row and its label. */
type Gives<N extends Activation> = Of<N> extends { readonly gives: infer G extends 'value' | 'loss' } ? G : 'elements';
/** The label of each row, u32. */
type Labels<N extends Activation, T> = Gives<N> extends 'loss' ? { readonly labels: T } : Without<'labels'>;
/** What forward gave, from which backward reads x once however long a row is. */
type Saved<N extends Activation, T> =
  Gives<N> extends 'loss' ? { readonly logSumExp?: T } : { readonly [L in SavedName<N>]?: T };
type SavedName<N extends Activation> = SinkName<N> extends never ? never : 'logSumExp';
/** Elements, or float32 numbers where there is one a row. */
type PerRow<N extends Activation, A> = Gives<N> extends 'elements' ? A : Float32Array;

/** Some of the tensors, and none of the others. */
type Exactly<All extends string, Given extends All, T> = { readonly [K in Given]: T } & Without<Exclude<All, Given>>;
type Without<K extends string> = { readonly [P in K]?: undefined };
type AtLeastOne<K extends string, T> = { [P in K]: { readonly [Q in P]: T } & { readonly [Q in K]?: T } }[K];

/** Learned parameters, one of which may be required. */
type Learned<N extends Activation, T> = { readonly [L in LearnedName<N> & Requires<N>]: T } & {
  readonly [L in Exclude<LearnedName<N>, Requires<N>>]?: T;
};
type Sink<N extends Activation, T, M = T> = { readonly [L in SinkName<N>]?: T } & { readonly [L in MaskName<N>]?: M };
/** Added to the logits: float32, or as the elements. */
type MaskName<N extends Activation> = SinkName<N> extends never ? never : 'mask';
type GradientName<L extends string> = L extends unknown ? `d${Capitalize<L>}` : never;
/** One float32 value for each block of `queries` rows, which are all rows unless given. */
type SinkName<N extends Activation> = Of<N> extends { readonly unseen: string } ? 'sink' : never;
type LearnedGradient<N extends Activation> = GradientName<LearnedName<N> | SinkName<N>>;
/** Their gradients, where all are added to what is given. */
type Added<N extends Activation, T> = { readonly [L in GradientName<LearnedName<N> & Requires<N>>]: T } & {
  readonly [L in Exclude<LearnedGradient<N>, GradientName<LearnedName<N> & Requires<N>>>]?: T;
};
/** A bias, where the activation maps elements, with D beside it: its gradient or none. */
type Bias<N extends Activation, T, D> =
  | Without<'bias' | 'dBias'>
  | (Maps<N> extends 'row' ? never : { readonly bias: T } & D);

/** Arrays that receive what forward gives; new ones are made unless given. `false`: nobody wants it. */
type Results<N extends Activation, A> =
  Gives<N> extends 'loss'
    ? { readonly loss?: Float32Array; readonly logSumExp?: Float32Array | false } & Without<'y'>
    : { readonly y?: PerRow<N, A> } & Without<'loss'> &
        (SavedName<N> extends never ? Without<'logSumExp'> : { readonly logSumExp?: Float32Array | false });

/** Arrays of elements A; learned parameters are Float32Arrays whatever those are. */
export type ForwardArrays<N extends Activation, A = Float32Array> = N extends unknown
  ? Forms<N, false> extends infer F extends Form
    ? F extends unknown
      ? A extends unknown
        ? Exactly<Exclude<Form['in'], 'y'>, Exclude<F['in'], 'y'>, A> &
            Labels<N, Uint32Array> &
            Learned<N, Float32Array> &
            Sink<N, Float32Array, A | Float32Array> &
            Results<N, A> &
            Bias<N, Float32Array, unknown>
        : never
      : never
    : never
  : never;

/**
 * The same with dy. The gradients that are added to are given too where C, the option `accumulate`, is true; else they receive
 * the results, where they are given. `false`: nobody wants it.
 */
export type BackwardArrays<N extends Activation, A = Float32Array, C extends boolean = boolean> = N extends unknown
  ? Forms<N, true> extends infer F extends Form
    ? F extends unknown
      ? A extends unknown
        ? Exactly<Form['in'], F['in'], A> &
            Labels<N, Uint32Array> &
            Saved<N, Float32Array> &
            Learned<N, Float32Array> &
            Sink<N, Float32Array, A | Float32Array> & { readonly dy: PerRow<N, A> } & (C extends true
              ? Exactly<Form['out'], F['out'], A | false> &
                  Added<N, Float32Array | false> &
                  Bias<N, Float32Array, { readonly dBias: Float32Array | false }>
              : { readonly [K in F['out']]?: A | false } & Without<Exclude<Form['out'], F['out']>> & {
                    readonly [L in LearnedGradient<N>]?: Float32Array | false;
                  } & Bias<N, Float32Array, { readonly dBias?: Float32Array | false }>)
        : never
      : never
    : never
  : never;

/** The arrays of a storage type; those of each where it is known only at run time. */
export type ArrayOf<D extends StorageType> = D extends 'f32' ? Float32Array : D extends 'f16' ? HalfArray : Uint16Array;

/** The storage types of 16 bits. */
export type HalfType = Exclude<StorageType, 'f32'>;
/** The arrays of a forward pass in 16 bits, by the activation. */
export type HalfForwardArrays<N extends Activation> = ForwardArrays<N, HalfArray>;
/** The arrays of a backward pass in 16 bits, by the activation. */
export type HalfBackwardArrays<N extends Activation> = BackwardArrays<N, HalfArray>;

type Result = Float32Array<ArrayBuffer>;
/** The kind of array that the elements came in. */
export type ElementsOf<G> = G extends { readonly x: infer A extends ElementArray }
  ? Own<A>
  : G extends { readonly gate: infer A extends ElementArray }
    ? Own<A>
    : G extends { readonly y: infer A extends ElementArray }
      ? Own<A>
      : never;
/** What forward gives: y of the elements' kind, or one float32 number a row. */
export type ForwardResult<N extends Activation, G> = Given<
  Gives<N> extends 'loss'
    ? { loss: Result; logSumExp: Result }
    : { y: Gives<N> extends 'value' ? Result : ElementsOf<G> },
  G
> &
  (SavedName<N> extends never ? unknown : { logSumExp?: Result });
/** Results R but for those that are false; an array that was given is the result. */
type Given<R, G> = {
  [K in keyof R as G extends { readonly [P in K]: false } ? never : K]: G extends {
    readonly [P in K]: infer A extends ElementArray;
  }
    ? A
    : R[K];
};
type Own<A> = A extends Float32Array ? Result : A extends Uint16Array ? Uint16Array<ArrayBuffer> : A;

/** The gradients of what was given: dx, or dGate and dUp; those of learned parameters that came, dBias with a bias. */
export type BackwardResult<N extends Activation, G> = Given<
  (G extends { readonly gate: ElementArray } ? { dGate: ElementsOf<G>; dUp: ElementsOf<G> } : { dx: ElementsOf<G> }) & {
    [L in (LearnedName<N> | SinkName<N> | 'bias') & keyof G & string as G[L] extends Float32Array
      ? GradientName<L>
      : never]: Result;
  },
  G
>;

/** The buffers of a forward pass, by the activation. */
export type ForwardTensors<N extends Activation> = N extends unknown
  ? Forms<N, false> extends infer F extends Form
    ? F extends unknown
      ? Exactly<Exclude<Form['in'], 'y'>, Exclude<F['in'], 'y'>, GPUTensor> &
          Learned<N, GPUTensor> &
          Sink<N, GPUTensor> &
          Labels<N, GPUTensor> &
          Bias<N, GPUTensor, unknown> &
          (Gives<N> extends 'loss'
            ? { readonly loss: GPUTensor; readonly logSumExp?: GPUTensor }
            : { readonly y: GPUTensor } & { readonly [L in SavedName<N>]?: GPUTensor }) & {
            /** Elements of y; of x where there is one value a row. */
            readonly length: number;
          }
      : never
    : never
  : never;
/** The buffers of a backward pass, by the activation. Gradients nobody wants may be left out, but not all of them. */
export type BackwardTensors<N extends Activation> = N extends unknown
  ? Forms<N, true> extends infer F extends Form
    ? F extends unknown
      ? Exactly<Form['in'], F['in'], GPUTensor> &
          Labels<N, GPUTensor> &
          Saved<N, GPUTensor> &
          Learned<N, GPUTensor> &
          Sink<N, GPUTensor> &
          Without<Exclude<Form['out'], F['out']>> &
          (
            | (AtLeastOne<F['out'] | LearnedGradient<N>, GPUTensor> & Without<'bias' | 'dBias'>)
            | (Maps<N> extends 'row'
                ? never
                : { readonly bias: GPUTensor } & AtLeastOne<F['out'] | LearnedGradient<N> | 'dBias', GPUTensor>)
          ) & {
            readonly dy: GPUTensor;
            /** Elements of y; of x where there is one value a row. */
            readonly length: number;
          }
      : never
    : never
  : never;

/** The calls of an object whose activation and tensors are known only while the program runs: see `dynamic`. */
export interface DynamicCalls {
  /** Forward over arrays: the output by name, `y`. */
  forward(name: string | Definition, tensors: Values, options?: Values): Promise<Record<string, Float32Array>>;
  /** Backward over arrays: the gradients by name, `dx`, `dGate`, `dWeight` … */
  backward(name: string | Definition, tensors: Values, options?: Values): Promise<Record<string, Float32Array>>;
  /** Records forward over buffers into your compute pass. */
  encodeForward(pass: GPUComputePassEncoder, name: string | Definition, tensors: Values, options?: Values): void;
  /** Records backward over buffers into your compute pass. */
  encodeBackward(pass: GPUComputePassEncoder, name: string | Definition, tensors: Values, options?: Values): void;
}
type Values = Readonly<Record<string, unknown>>;
