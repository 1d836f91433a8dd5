/**
 * Checks of a call's arguments. All are made before any GPU work; each message says what was expected and what came.
 */
import { type Definition, type Parameters, resolveParameters } from './catalogue.js';
import { describe, nearest } from './errors.js';
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
  /** x is a row-major [outer, channels, inner] array; the weight has one value per channel. */
  readonly channels: number;
  readonly inner: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

export const fail = (where: string, expected: string, got: unknown): never => {
  throw new RangeError(`${where}: expected ${expected}, got ${typeof got === 'string' ? got : describe(got)}`);
};

/** Checks a call's options. @throws {TypeError|RangeError} for unknown names and values out of range */
export function planSettings(
  definition: Definition,
  where: string,
  options: Readonly<Record<string, unknown>> = {},
  weightLength = 1,
): Settings {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${where}: expected options to be an object, got ${describe(options)}`);
  const layout = definition.family === 'channelwise' ? ['channels', 'inner'] : [];
  const known = [...Object.keys(definition.parameters), ...layout, 'signal', 'onProgress'];
  for (const name in options)
    if (!known.includes(name)) {
      const near = nearest(name, known);
      throw new TypeError(
        `${where}: expected options among ${known.join(', ')}, got "${name}"${near ? `; did you mean "${near}"?` : ''}`,
      );
    }
  const { channels = weightLength, inner = 1, signal, onProgress } = options as Partial<Settings>;
  for (const [name, value] of Object.entries({ channels, inner }))
    if (!Number.isInteger(value) || value < 1) fail(where, `${name} to be a positive integer`, value);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${where}: expected signal to be an AbortSignal, got ${describe(signal)}`);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError(`${where}: expected onProgress to be a function, got ${describe(onProgress)}`);
  return { parameters: resolveParameters(definition, options, where), channels, inner, signal, onProgress };
}

/** The tensors of a pass: what is read and what is written. */
export function tensorNames(definition: Definition, direction: Direction): { inputs: string[]; outputs: string[] } {
  const weight = definition.family === 'channelwise';
  return direction === 'forward'
    ? { inputs: weight ? ['x', 'weight'] : ['x'], outputs: ['y'] }
    : { inputs: weight ? ['x', 'weight', 'dy'] : ['x', 'dy'], outputs: weight ? ['dx', 'dWeight'] : ['dx'] };
}

/** True when backward is given the saved y in place of x. @throws {TypeError} where f′ is no function of y */
export function isFromY(
  definition: Definition,
  direction: Direction,
  tensors: Readonly<Record<string, unknown>>,
  parameters: Parameters,
  where: string,
): boolean {
  if (direction === 'forward' || tensors.y === undefined) return false;
  if (tensors.x !== undefined) throw new TypeError(`${where}: expected x or y, got both`);
  if (!definition.fromY) throw new TypeError(`${where}: expected x, got y; its derivative is no function of y`);
  for (const name in parameters)
    if (!(parameters[name]! > 0)) fail(where, `${name} > 0 when y is given instead of x`, parameters[name]);
  return true;
}

/** @throws {TypeError} for a tensor too many or too few, with the nearest known name */
export function checkTensorNames(
  where: string,
  tensors: Readonly<Record<string, unknown>>,
  expected: readonly string[],
): void {
  if (typeof tensors !== 'object' || tensors === null)
    throw new TypeError(`${where}: expected an object with ${expected.join(', ')}, got ${describe(tensors)}`);
  for (const name of expected)
    if (tensors[name] === undefined || tensors[name] === null)
      throw new TypeError(`${where}: expected ${expected.join(', ')}, got no ${name}`);
  for (const name in tensors)
    if (!expected.includes(name) && tensors[name] !== undefined)
      throw new TypeError(`${where}: expected ${expected.join(', ')}, got "${name}" too`);
}

/** Channels and their runs must tile the tensor. */
export function checkLayout(where: string, settings: Settings, length: number): void {
  const { channels, inner } = settings;
  if (length % (channels * inner))
    fail(where, `a length that is a multiple of channels · inner = ${channels} · ${inner}`, length);
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
  return { buffer, offset, size: byteLength };
}

const destroyed = new WeakSet<GPUBuffer>();
const isDestroyed = (buffer: GPUBuffer): boolean => destroyed.has(buffer);

/**
 * WebGPU does not tell whether a buffer was destroyed; its use fails at submit, far from the mistake. So a buffer's
 * destroy() is noted, for the prototype of the device's buffers, once.
 */
export function noteDestroyedBuffers(prototype: { destroy: GPUBuffer['destroy'] }): void {
  if (noted.has(prototype)) return;
  noted.add(prototype);
  const destroy = prototype.destroy;
  prototype.destroy = function (this: GPUBuffer) {
    destroyed.add(this);
    return destroy.call(this);
  };
}
const noted = new WeakSet<object>();

export const isOverlapping = (a: BufferRange, b: BufferRange): boolean =>
  a.buffer === b.buffer && a.offset < b.offset + b.size && b.offset < a.offset + a.size;

export const isSameStart = (a: BufferRange, b: BufferRange): boolean => a.buffer === b.buffer && a.offset === b.offset;

/** An array call, checked. */
export interface ArrayCall {
  readonly definition: Definition;
  readonly direction: Direction;
  readonly arrays: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly options: Readonly<Record<string, unknown>> | undefined;
  readonly settings: Settings;
  readonly outputs: readonly string[];
  readonly length: number;
}

/** Checks an array call: every tensor a Float32Array, lengths equal, one weight per channel. */
export function checkArrays(
  definition: Definition,
  direction: Direction,
  tensors: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> | undefined,
): ArrayCall {
  const where = `${definition.name}.${direction}`;
  const { inputs, outputs } = tensorNames(definition, direction);
  if (typeof tensors !== 'object' || tensors === null)
    throw new TypeError(`${where}: expected an object with ${inputs.join(', ')}, got ${describe(tensors)}`);
  const weight = tensors.weight as { length?: unknown } | undefined;
  const weightLength = typeof weight?.length === 'number' && weight.length > 0 ? weight.length : 1;
  const settings = planSettings(definition, where, options, weightLength);
  const fromY = isFromY(definition, direction, tensors, settings.parameters, where);
  const names = inputs.map((name) => (fromY && name === 'x' ? 'y' : name));
  checkTensorNames(where, tensors, names);
  const arrays = tensors as Record<string, Float32Array<ArrayBuffer>>;
  const { length } = arrays[names[0]!]!;
  for (const name of names) {
    const array = arrays[name];
    if (!(array instanceof Float32Array))
      throw new TypeError(`${where}: expected ${name} to be a Float32Array, got ${describe(array)}`);
    const expected = name === 'weight' ? settings.channels : length;
    if (array.length !== expected) fail(where, `${name} of length ${expected}`, array.length);
  }
  checkLayout(where, settings, length);
  return { definition, direction, arrays, options, settings, outputs, length };
}
