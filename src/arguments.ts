/**
 * Checks of a call's arguments. All are made before any GPU work; each message says what was expected and what came.
 */
import { type Definition, type Parameters, resolveParameters } from './catalogue.js';
import { describe, nearest } from './errors.js';
import { type ElementArray, type StorageType, storages, wholeWords } from './storage.js';
import { Usage } from './usage.js';

export type Direction = 'forward' | 'backward';

/** A range of a buffer, in bytes. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** The call's options, checked: hyper-parameters, the layout, and how an array call runs. */
export interface Settings {
  readonly parameters: Parameters;
  /** x is a row-major [outer, channels, inner] array; weight and bias have one value per channel. */
  readonly channels: number;
  readonly inner: number;
  /** x is a row-major [rows, columns] array: softmax's rows, or rows whose halves are gate and up. */
  readonly columns: number;
  readonly gateFirst: boolean;
  /** Gradients are added to what their tensors hold. */
  readonly accumulate: boolean;
  /** How the elements lie in memory; learned parameters and their gradients are float32. */
  readonly dtype: StorageType;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

export const fail = (where: string, expected: string, got: unknown): never => {
  throw new RangeError(`${where}: expected ${expected}, got ${typeof got === 'string' ? got : describe(got)}`);
};

/** A tensor's role in a pass, which decides its length. */
export type Extent = 'elements' | 'channels' | 'halves';

/** The tensors of a pass. */
export interface Tensors {
  /** Every tensor that is read, by the caller's name. */
  readonly inputs: readonly string[];
  /** Every tensor that is written; in an array call, every result. */
  readonly outputs: readonly string[];
  /** Outputs that may share an input's memory, and whose. */
  readonly inPlace: readonly (readonly [output: string, input: string])[];
  readonly extent: (name: string) => Extent;
}

const CHANNEL_TENSORS = new Set(['weight', 'bias', 'dWeight', 'dBias']);

/**
 * Which tensors a pass reads and writes, from the family and from what was given: y instead of x, an optional bias, gate
 * and up as one x. Encode calls may leave out the gradients of learned parameters.
 */
export function planTensors(
  { name, family, fromY }: Definition,
  direction: Direction,
  given: Readonly<Record<string, unknown>>,
  where = `${name}.${direction}`,
): Tensors {
  const has = (tensor: string): boolean => given[tensor] !== undefined && given[tensor] !== null;
  const isBackward = direction === 'backward';
  const halves = family === 'gated' && has('x');
  const input = isBackward && has('y') && !has('x') ? 'y' : 'x';
  if (isBackward && has('y') && has('x')) throw new TypeError(`${where}: expected x or y, got both`);
  if (input === 'y' && !fromY) throw new TypeError(`${where}: expected x, got y; its derivative is no function of y`);
  const sources = family === 'gated' && !halves ? ['gate', 'up'] : [input];
  const learned = [
    ...(family === 'channelwise' ? ['weight'] : []),
    ...(has('bias') && family !== 'rowwise' ? ['bias'] : []),
  ];
  const gradients = learned.map((tensor) => (tensor === 'weight' ? 'dWeight' : 'dBias'));
  const outputs = !isBackward ? ['y'] : family === 'gated' && !halves ? ['dGate', 'dUp'] : ['dx'];
  let inPlace: [string, string][];
  if (family === 'gated')
    inPlace = halves
      ? isBackward
        ? [['dx', 'x']]
        : []
      : isBackward
        ? [
            ['dGate', 'gate'],
            ['dUp', 'up'],
          ]
        : [
            ['y', 'gate'],
            ['y', 'up'],
          ];
  else if (!isBackward) inPlace = [['y', 'x']];
  else inPlace = family === 'rowwise' ? [['dx', 'dy']] : ['dy', input].map((tensor) => ['dx', tensor]);
  return {
    inputs: [...sources, ...learned, ...(isBackward ? ['dy'] : [])],
    outputs: [...outputs, ...(isBackward ? gradients : [])],
    inPlace,
    extent: (tensor) =>
      CHANNEL_TENSORS.has(tensor) ? 'channels' : halves && (tensor === 'x' || tensor === 'dx') ? 'halves' : 'elements',
  };
}

/** Options of array calls alone: encode calls return at once. */
export const RUN_OPTIONS = ['signal', 'onProgress'] as const;

/** Options of a pass beyond those that every call of the activation takes. */
export const passOptions = (direction: Direction): readonly string[] =>
  direction === 'backward' ? ['accumulate'] : [];

/** @throws {TypeError} for an option of no known name, with the nearest one */
export function checkOptionNames(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${where}: expected options to be an object, got ${describe(options)}`);
  for (const name in options)
    if (!known.includes(name)) {
      const near = nearest(name, known);
      const suggestion = near ? `; did you mean "${near}"?` : '';
      throw new TypeError(`${where}: expected options among ${known.join(', ')}, got "${name}"${suggestion}`);
    }
}

/**
 * Checks a call's options; `more` names those of this kind of call, beyond those of the activation.
 * @throws {TypeError|RangeError} for unknown names and values out of range
 */
export function planSettings(
  definition: Definition,
  where: string,
  options: Readonly<Record<string, unknown>> = {},
  more: readonly string[] = [],
  defaults: { channels?: number; columns?: number } = {},
): Settings {
  const { family } = definition;
  checkOptionNames(where, options, [
    ...Object.keys(definition.parameters),
    ...(family === 'rowwise' ? ['columns'] : ['channels', 'inner']),
    ...(family === 'gated' ? ['columns', 'gateFirst'] : []),
    'dtype',
    ...more,
  ]);
  const {
    channels = defaults.channels ?? 1,
    inner = 1,
    columns = defaults.columns ?? 0,
    gateFirst = true,
    accumulate = false,
    dtype = 'f32',
    signal,
    onProgress,
  } = options as Partial<Settings>;
  for (const [name, value] of Object.entries({ channels, inner }))
    if (!Number.isInteger(value) || value < 1) fail(where, `${name} to be a positive integer`, value);
  if (options.columns !== undefined && (!Number.isInteger(columns) || columns < 1))
    fail(where, 'columns to be a positive integer', columns);
  for (const [name, value] of Object.entries({ gateFirst, accumulate }))
    if (typeof value !== 'boolean')
      throw new TypeError(`${where}: expected ${name} to be a boolean, got ${describe(value)}`);
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function')
    throw new TypeError(`${where}: expected signal to be an AbortSignal, got ${describe(signal)}`);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError(`${where}: expected onProgress to be a function, got ${describe(onProgress)}`);
  checkDtype(where, dtype);
  const parameters = resolveParameters(definition, options, where);
  return { parameters, channels, inner, columns, gateFirst, accumulate, dtype, signal, onProgress };
}

/** @throws {TypeError} for no storage type */
export function checkDtype(where: string, dtype: unknown): void {
  if (typeof dtype !== 'string' || !Object.hasOwn(storages, dtype))
    throw new TypeError(`${where}: expected dtype to be "f32", "f16" or "bf16", got ${describe(dtype)}`);
}

/** y tells f′ only while every parameter is positive. @throws {RangeError} */
export function checkFromY(where: string, parameters: Parameters): void {
  for (const name in parameters)
    if (!(parameters[name]! > 0)) fail(where, `${name} > 0 when y is given instead of x`, parameters[name]);
}

/** @throws {TypeError} for anything but a compute pass */
export function checkPass(where: string, pass: GPUComputePassEncoder): void {
  if (typeof pass?.dispatchWorkgroups !== 'function')
    throw new TypeError(`${where}: expected pass to be a GPUComputePassEncoder, got ${describe(pass)}`);
}

/** An encode call's number of elements. @throws {RangeError} beyond what a shader can count */
export function checkLength(where: string, length: unknown): number {
  if (!Number.isInteger(length) || (length as number) < 0 || (length as number) > 0xffffffff)
    fail(where, 'length to be an integer from 0 to 4294967295', length);
  return length as number;
}

/** @throws {RangeError} for partial sums that no binding can hold */
export function checkScratch(where: string, byteLength: number, channels: number, most: number): void {
  if (byteLength > most)
    fail(
      where,
      `channels whose partial sums fit in a binding of ${most} bytes`,
      `${channels} channels, which need ${byteLength}`,
    );
}

/** The |f′| below which an element counts as saturated, or the |y| up to which it counts as zero. @throws {TypeError|RangeError} */
export function checkThreshold(where: string, name: string, value: unknown): void {
  if (typeof value !== 'number')
    throw new TypeError(`${where}: expected ${name} to be a number, got ${describe(value)}`);
  if (!(value >= 0 && value <= 3.4e38)) fail(where, `${name} to be a finite number, not negative`, value);
}

/** @throws {TypeError} for a tensor too many or too few */
export function checkTensorNames(
  where: string,
  given: Readonly<Record<string, unknown>>,
  expected: readonly string[],
): void {
  for (const name of expected)
    if (given[name] === undefined || given[name] === null)
      throw new TypeError(`${where}: expected ${expected.join(', ')}, got no ${name}`);
  for (const name in given)
    if (!expected.includes(name) && given[name] !== undefined)
      throw new TypeError(`${where}: expected ${expected.join(', ')}, got "${name}" too`);
}

/** Channels and rows must tile the tensor of n elements. */
export function checkLayout(
  where: string,
  tensors: Tensors,
  { family }: Definition,
  settings: Settings,
  n: number,
): void {
  const { channels, inner, columns } = settings;
  if (tensors.inputs.some((name) => tensors.extent(name) === 'channels') && n % (channels * inner))
    fail(where, `a length that is a multiple of channels · inner = ${channels} · ${inner}`, n);
  if (tensors.inputs.some((name) => tensors.extent(name) === 'halves')) {
    if (columns === 0 && n > 0) fail(where, 'columns, the length of a row of x whose halves are gate and up', 'none');
    if (columns % 2) fail(where, 'columns to be even: gate and up are its halves', columns);
    if (n % (columns / 2)) fail(where, `a length of y that is a multiple of columns / 2 = ${columns / 2}`, n);
  } else if (family === 'rowwise' && n > 0) {
    if (columns === 0) fail(where, 'columns, the length of a row', 'none');
    if (n % columns) fail(where, `a length that is a multiple of columns = ${columns}`, n);
  }
}

/** The checked range of a tensor argument: a GPUBuffer, or { buffer, offset, size } in bytes. */
export function bufferRange(
  where: string,
  name: string,
  value: unknown,
  byteLength: number,
  alignment: number,
): BufferRange {
  const given = value as { buffer?: GPUBuffer; offset?: number; size?: number };
  const buffer = given.buffer ?? (value as GPUBuffer);
  if (typeof buffer?.usage !== 'number' || typeof buffer.size !== 'number')
    throw new TypeError(
      `${where}: expected ${name} to be a GPUBuffer or { buffer, offset, size }, got ${describe(value)}`,
    );
  const offset = given.buffer ? (given.offset ?? 0) : 0;
  const size = given.buffer ? (given.size ?? buffer.size - offset) : buffer.size;
  if (isDestroyed(buffer)) fail(where, `${name} to be a live buffer`, `the destroyed buffer "${buffer.label}"`);
  if (!(buffer.usage & Usage.STORAGE))
    fail(where, `${name} to have usage STORAGE`, `a buffer "${buffer.label}" of usage 0x${buffer.usage.toString(16)}`);
  if (!Number.isInteger(offset) || offset < 0 || offset % alignment)
    fail(where, `${name}'s offset to be a multiple of ${alignment} bytes`, offset);
  if (!Number.isInteger(size) || size < 0 || offset + size > buffer.size)
    fail(where, `${name}'s range to lie in its buffer of ${buffer.size} bytes`, `offset ${offset}, size ${size}`);
  if (size < byteLength) fail(where, `${name} to hold ${byteLength} bytes`, `${size} bytes`);
  // an odd number of 16-bit elements ends within a word, whose other half is bound too and keeps what it holds
  const bound = wholeWords(byteLength);
  if (offset + bound > buffer.size)
    fail(
      where,
      `${name}'s buffer to reach to the end of its last 4-byte word, ${bound} bytes`,
      `${buffer.size - offset} bytes`,
    );
  return { buffer, offset, size: bound };
}

const destroyed = new WeakSet<GPUBuffer>();
export const isDestroyed = (buffer: GPUBuffer): boolean => destroyed.has(buffer);
/** How many buffers were destroyed: while it stays, those that lived live. */
export let destroyedCount = 0;
const watched = new WeakSet<object>();

/**
 * WebGPU does not tell whether a buffer was destroyed; its use fails at submit, far from the mistake. So destroy() is
 * noted, once for the prototype of the device's buffers.
 */
export function noteDestroyedBuffers(prototype: { destroy: GPUBuffer['destroy'] }): void {
  if (watched.has(prototype)) return;
  watched.add(prototype);
  const destroy = prototype.destroy;
  prototype.destroy = function (this: GPUBuffer) {
    destroyed.add(this);
    destroyedCount++;
    return destroy.call(this);
  };
}

/** Why a call cannot read one range of a buffer and write another. */
export const ONE_USE = 'WebGPU lets a dispatch either read a buffer or write it';

export const isOverlapping = (a: BufferRange, b: BufferRange): boolean =>
  a.buffer === b.buffer && a.offset < b.offset + b.size && b.offset < a.offset + a.size;

export const isSameStart = (a: BufferRange, b: BufferRange): boolean => a.buffer === b.buffer && a.offset === b.offset;

/** An array call, checked. */
export interface ArrayCall {
  readonly definition: Definition;
  readonly direction: Direction;
  readonly tensors: Tensors;
  readonly arrays: Readonly<Record<string, ElementArray>>;
  /** The kind that all of them are, but those of learned parameters, which are Float32Arrays. */
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>> | undefined;
  readonly settings: Settings;
  /** Elements of y. */
  readonly length: number;
}

/** Checks an array call: every tensor an array of the kind and length its role wants. */
export function checkArrays(
  definition: Definition,
  direction: Direction,
  given: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> | undefined,
): ArrayCall {
  const where = `${definition.name}.${direction}`;
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`${where}: expected an object of arrays, got ${describe(given)}`);
  const tensors = planTensors(definition, direction, given);
  const arrays = given as Record<string, ElementArray>;
  const lengthOf = (name: string): number | undefined =>
    ArrayBuffer.isView(given[name]) ? arrays[name]!.length : undefined;
  const channels = lengthOf('weight') || lengthOf('bias') || 1;
  const sourceLength = lengthOf(tensors.inputs[0]!) ?? 0;
  // a lone row, where the caller does not say otherwise
  const more = [...passOptions(direction), ...RUN_OPTIONS];
  const settings = planSettings(definition, where, options, more, { channels, columns: sourceLength });
  const names = settings.accumulate ? [...tensors.inputs, ...tensors.outputs] : tensors.inputs;
  checkTensorNames(where, given, names);
  if (tensors.inputs[0] === 'y') checkFromY(where, settings.parameters);
  const length = tensors.extent(tensors.inputs[0]!) === 'halves' ? sourceLength / 2 : sourceLength;
  const lengths = { elements: length, channels: settings.channels, halves: 2 * length };
  const first = tensors.inputs[0]!;
  const kind = checkKind(where, first, given[first], settings.dtype);
  for (const name of names) {
    const array = arrays[name]!;
    const extent = tensors.extent(name);
    if (extent === 'channels') checkKind(where, name, array, 'f32');
    else if (checkKind(where, name, array, settings.dtype) !== kind)
      throw new TypeError(`${where}: expected ${name} to be a ${kind} as ${first} is, got ${describe(array)}`);
    if (array.length !== lengths[extent]) fail(where, `${name} of length ${lengths[extent]}`, array.length);
  }
  checkLayout(where, tensors, definition, settings, length);
  return { definition, direction, tensors, arrays, kind, options, settings, length };
}

/** The kind of an array. @throws {TypeError} for anything but one whose elements lie as `dtype` says */
export function checkKind(where: string, name: string, value: unknown, dtype: StorageType): string {
  const { arrays } = storages[dtype];
  // by its tag, which an array of another frame has too
  const isOf = (kind: string): boolean =>
    ArrayBuffer.isView(value) && (value as unknown as Float32Array)[Symbol.toStringTag] === kind;
  const found = arrays.find(isOf);
  if (found) return found;
  const others = (Object.keys(storages) as StorageType[]).filter((other) => storages[other].arrays.some(isOf));
  const setting = dtype === 'f32' ? '' : ` for dtype "${dtype}"`;
  const hint = others.length ? `; that is for dtype ${others.map((other) => `"${other}"`).join(' or ')}` : '';
  throw new TypeError(
    `${where}: expected ${name} to be a ${arrays.join(' or ')}${setting}, got ${describe(value)}${hint}`,
  );
}
