/** What every plan is made of: variants, bindings, parameter blocks, grids. */
import { type Call, lengthOf } from '../call.js';
import type { Definition, Parameters } from '../definition.js';
import { fail } from '../errors.js';
import { isSmall } from '../forms.js';
import type { Settings } from '../options.js';
import { elementBytes, wholeWords } from '../storage.js';
import type { WgslFile } from '../wgsl/file.js';

/** Everything that decides a pipeline's text and constants. */
export interface Variant {
  /** For labels: the activation and pass. */
  readonly label: string;
  readonly entryPoint: string;
  /** The files of shaders/kernels that are joined. */
  readonly files: readonly WgslFile[];
  /** The activation whose functions the kernel calls, if it calls any. */
  readonly activation?: Definition | undefined;
  /** f′ is computed from y, which is bound as x. */
  readonly fromY?: boolean;
  /** Function of the joined text → the variable it reads: in place, an input is read through the output. */
  readonly reads?: Readonly<Record<string, string>>;
  /** The gradients of a body, and whether they are wanted: those that are not have no binding. */
  readonly keeps?: Readonly<Record<string, boolean>>;
  /** The parameters that learned tensors stand for, in the order of those. */
  readonly learned?: readonly string[];
  /** The sums a backward pass makes: by which parameter each gradient is, null for the bias. */
  readonly sums?: readonly (string | null)[];
  /** Of a kernel of gates: the functions by which it reaches what its activation does to up. */
  readonly gate?: string;
  /** Of a kernel of rows: the functions by which it reaches its activation. */
  readonly rows?: string;
  readonly constants: Readonly<Record<string, number>>;
}

/** A range of a tensor in bytes; all of it where no size is given. */
export interface TensorPart {
  readonly tensor: string;
  readonly offset: number;
  readonly size?: number;
}

/** What a WGSL variable is bound to: part of a tensor, the library's scratch memory, or a block of constants. */
export interface Binding {
  readonly name: string;
  readonly source: TensorPart | 'scratch' | ArrayBuffer;
}

export interface Dispatch {
  readonly variant: Variant;
  readonly params: ArrayBuffer;
  readonly bindings: readonly Binding[];
  readonly workgroups: readonly [x: number, y: number];
}

export interface Plan {
  readonly dispatches: readonly Dispatch[];
  readonly scratchByteLength: number;
}

/** The grid of a flat pass: threads of a workgroup, and groups of elements a thread (1, 2 or 4). */
export interface Shape {
  readonly workgroupSize: number;
  readonly steps: number;
}

/** Whether an unknown value is a shape that kernels have. */
export function isShape(value: unknown, { maxComputeInvocationsPerWorkgroup }: GPUSupportedLimits): value is Shape {
  const { workgroupSize, steps } = (value ?? {}) as Partial<Shape>;
  const isSize = Number.isInteger(workgroupSize) && workgroupSize! >= 1;
  return isSize && workgroupSize! <= maxComputeInvocationsPerWorkgroup && [1, 2, 4].includes(steps!);
}

/** Limits of a device by which plans go. */
const LIMITS = [
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'minStorageBufferOffsetAlignment',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const;
type Limit = (typeof LIMITS)[number];

/** What a plan needs to know of a device. */
export type Limits = Readonly<Record<Limit, number>> & {
  /** The fewest invocations of a subgroup; undefined without subgroup operations. */
  readonly subgroupSize?: number | undefined;
  /** The device is a CPU: threads are loops and barriers cost more than any memory. */
  readonly isFallback?: boolean | undefined;
  /** The shape of flat grids that was measured to be best. */
  readonly shape?: Shape | undefined;
};

/** A device's limits, with what else plans go by. */
export function limitsOf(
  { limits, features, adapterInfo }: GPUDevice,
  languageFeatures: ReadonlySet<string> | undefined,
): Limits {
  // shuffles need to know which threads share a subgroup
  const hasSubgroups = features.has('subgroups') && languageFeatures?.has('subgroup_id');
  return {
    ...(Object.fromEntries(LIMITS.map((name) => [name, limits[name]])) as Record<Limit, number>),
    subgroupSize: hasSubgroups ? adapterInfo?.subgroupMinSize : undefined,
    isFallback: adapterInfo?.isFallbackAdapter,
  };
}

/** Tensors of elements are cut; others are bound whole. */
export function checkWhole(call: Call, { maxStorageBufferBindingSize: most }: Limits): void {
  const { form, outputs, settings, where } = call;
  for (const tensor of [...form.inputs, ...outputs]) {
    const extent = form.extent(tensor);
    if (!isSmall(extent) && extent !== 'mask') continue;
    const bytes = lengthOf(call, extent) * elementBytes(extent === 'mask' ? settings.mask! : { dtype: 'f32' });
    if (bytes > most) fail(where, `${tensor} of at most ${most} bytes, as a binding of the device`, bytes);
  }
}

/** A contiguous part of a tensor that one binding can hold, in elements; parts start on the binding alignment. */
export interface Piece {
  readonly start: number;
  readonly count: number;
}

/**
 * Cuts n elements into pieces of at most one binding, each a multiple of `unit` elements but the last; the largest tensor
 * has `scale` times as many elements.
 * @throws {RangeError} where no binding can hold what lies between two places that begin a unit and a binding
 */
export function planPieces(where: string, n: number, bytes: number, limits: Limits, unit = 1, scale = 1): Piece[] {
  const aligned = leastCommonMultiple(alignedElements(bytes, limits), unit);
  const capacity = Math.floor(limits.maxStorageBufferBindingSize / bytes / scale);
  const largest = Math.floor(capacity / aligned) * aligned;
  if (n === 0) return [];
  if (n <= capacity) return [{ start: 0, count: n }];
  if (largest === 0)
    fail(
      where,
      `columns that can be cut into bindings of ${limits.maxStorageBufferBindingSize} bytes, at multiples of ` +
        `${limits.minStorageBufferOffsetAlignment}`,
      unit * scale,
    );
  const pieces: Piece[] = [];
  for (let start = 0; start < n; start += largest) pieces.push({ start, count: Math.min(largest, n - start) });
  return pieces;
}

/** Elements between two possible offsets of a binding. */
export const alignedElements = (bytes: number, { minStorageBufferOffsetAlignment }: Limits): number =>
  Math.max(minStorageBufferOffsetAlignment, 16) / bytes;

export function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y) [x, y] = [y, x % y];
  return (a / x) * b;
}

export interface Part extends Piece {
  readonly lanes: 1 | 4;
  /** Elements at the start of the part that belong to another one. */
  readonly first: number;
}

/**
 * The whole groups of four of a piece, then the rest one by one. The rest starts between two binding offsets, so it is
 * bound from the last possible offset and skips `first` elements.
 */
export function planParts({ start, count }: Piece, bytes: number, limits: Limits): Part[] {
  const whole = count - (count % 4);
  const step = alignedElements(bytes, limits);
  const aligned = Math.floor(whole / step) * step;
  const parts: Part[] = [];
  if (whole) parts.push({ lanes: 4, start, first: 0, count: whole });
  if (count > whole) parts.push({ lanes: 1, start: start + aligned, first: whole - aligned, count: count - aligned });
  return parts;
}

/** Binds a variable to elements of a tensor. */
export function bindElements(
  settings: Pick<Settings, 'dtype'>,
  name: string,
  tensor: string,
  start: number,
  count: number,
): Binding {
  const bytes = elementBytes(settings);
  return { name, source: { tensor, offset: start * bytes, size: wholeWords(count * bytes) } };
}

/** Binds a variable to a whole tensor. */
export const bindWhole = (name: string, tensor: string): Binding => ({ name, source: { tensor, offset: 0 } });

/** Threads of a workgroup, at most `wanted`: in compatibility mode a device may allow 128, any other allows 256. */
export const threadsWithin = (
  wanted: number,
  { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX }: Limits,
): number => Math.min(wanted, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX);

/** Workgroups folded into two dimensions where one cannot hold them; kernels skip the few too many. */
export function planGrid(workgroupCount: number, limits: Limits): readonly [number, number] {
  const rows = Math.ceil(workgroupCount / limits.maxComputeWorkgroupsPerDimension);
  return [Math.ceil(workgroupCount / Math.max(rows, 1)), rows];
}

/** The struct Params of `shaders/kernels/common.wgsl`, in its order. */
const PARAMS_FIELDS = [
  'first',
  'count',
  'zero',
  'base',
  'channels',
  'inner',
  'slabs',
  'slab',
  'first_row',
  'last_row',
  'width',
  'half',
] as const;
export type ParamsFields = Record<(typeof PARAMS_FIELDS)[number], number>;
export const PARAMS_BYTE_LENGTH = 64;

/**
 * The parameter block of a dispatch; one or two hyper-parameters go in as high + low float32, three or four as one. What a
 * learned tensor stands for has its place, unused.
 */
export function paramsBlock(
  definition: Definition | undefined,
  parameters: Parameters,
  fields: Partial<ParamsFields>,
): ArrayBuffer {
  const block = new ArrayBuffer(PARAMS_BYTE_LENGTH);
  const words = new Uint32Array(block, 0, PARAMS_FIELDS.length);
  for (let index = 0; index < PARAMS_FIELDS.length; index++) words[index] = fields[PARAMS_FIELDS[index]!] ?? 0;
  const floats = new Float32Array(block, words.byteLength);
  const names = Object.keys(definition?.parameters ?? {});
  for (const [index, name] of names.entries()) {
    const value = parameters[name] ?? 0;
    if (names.length > 2) floats[index] = value;
    // an infinite bound has no remainder
    else floats.set([value, Number.isFinite(value) ? value - Math.fround(value) : 0], 2 * index);
  }
  return block;
}
