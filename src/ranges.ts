/** Ranges of the caller's buffers, checked: where the tensors of an encode call lie, and which of them share memory. */
import { describe, fail } from './errors.js';
import { wholeWords } from './storage.js';
import { Usage } from './usage.js';

/** A range of a buffer, in bytes. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

export type Ranges = Readonly<Record<string, BufferRange>>;

/** What to pass instead of another library's tensor: onnxruntime-web's, for one, has both of these. */
function insteadOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return 'gpuBuffer' in value ? '; pass its gpuBuffer, or its data to a call of arrays' : '';
}

/** Bytes of a tensor's buffer, range or array, unchecked; NaN of what is none. */
export function byteLengthOf(value: unknown): number {
  const { buffer, offset = 0, size, byteLength } = (value ?? {}) as Partial<BufferRange & ArrayBufferView>;
  return byteLength ?? size ?? ((buffer as GPUBuffer | undefined)?.size ?? Number.NaN) - offset;
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
      `${where}: expected ${name} to be a GPUBuffer or { buffer, offset, size }, got ${describe(value)}${insteadOf(value)}`,
    );
  const offset = given.buffer ? (given.offset ?? 0) : 0;
  if (!(buffer.usage & Usage.STORAGE))
    fail(where, `${name} to have usage STORAGE`, `a buffer "${buffer.label}" of usage 0x${buffer.usage.toString(16)}`);
  if (!Number.isInteger(offset) || offset < 0 || offset % alignment)
    fail(where, `${name}'s offset to be a multiple of ${alignment} bytes`, offset);
  const size = given.buffer ? (given.size ?? buffer.size - offset) : buffer.size;
  if (!Number.isInteger(size) || size < 0 || offset + size > buffer.size)
    fail(
      where,
      `${name}'s range to lie in its buffer of ${buffer.size} bytes`,
      `offset ${offset}, size ${describe(size)}`,
    );
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

/** Bytes of a buffer of the device, or of an array's. */
export type Bytes = Omit<BufferRange, 'buffer'> & { readonly buffer: object };

export const bytesOf = ({ buffer, byteOffset: offset, byteLength: size }: ArrayBufferView): Bytes => ({
  buffer,
  offset,
  size,
});

export const isOverlapping = (a: Bytes, b: Bytes): boolean =>
  a.buffer === b.buffer && a.offset < b.offset + b.size && b.offset < a.offset + a.size;

export const isSameStart = (a: Bytes, b: Bytes): boolean => a.buffer === b.buffer && a.offset === b.offset;
