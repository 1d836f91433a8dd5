/** NumPy's .npy files, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import { open } from 'node:fs/promises';
import { fromHalf, toHalf } from '../check/half.js';
import { elementCount, permute, type Tensor } from '../check/layout.js';
import { UsageError } from './exit.js';

export type NpyType = 'float32' | 'float16';

/** An array with the type it has in its file; float16 is widened to float32 in memory. */
export interface NpyArray extends Tensor {
  readonly dtype: NpyType;
}

interface Header {
  readonly dtype: NpyType;
  readonly shape: readonly number[];
  readonly isFortranOrder: boolean;
}

const magic = Buffer.from('\x93NUMPY', 'latin1');
const byteLengths = { float32: 4, float16: 2 } as const;
/** Bytes per read and write: Node refuses single ones beyond 2 GiB. */
const pieceByteLength = 2 ** 26;

/** Reads a little-endian float32 or float16 array; Fortran order is turned into C order. @throws {UsageError} */
export async function readNpy(path: string): Promise<NpyArray> {
  const file = await open(path).catch((error: Error) => fail(path, error.message));
  try {
    const { size } = await file.stat();
    const { text, dataStart } = await readHeaderText(path, (start, length) => readBytes(start, length));
    const header = parseHeader(path, text);
    const { dtype, shape, isFortranOrder } = header;
    const byteLength = elementCount(shape) * byteLengths[dtype];
    if (size - dataStart !== byteLength)
      fail(
        path,
        `expected ${byteLength} bytes of data for ${dtype} of shape [${shape.join(', ')}], got ${size - dataStart}`,
      );
    const data = decode(dtype, await readBytes(dataStart, byteLength));
    return { dtype, ...(isFortranOrder ? fromFortranOrder(shape, data) : { shape, data }) };
  } finally {
    await file.close();
  }

  async function readBytes(start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    let offset = 0;
    while (offset < length) {
      const { bytesRead } = await file.read(bytes, offset, Math.min(pieceByteLength, length - offset), start + offset);
      if (!bytesRead) fail(path, `expected ${start + length} bytes at least, got ${start + offset}`);
      offset += bytesRead;
    }
    return bytes;
  }
}

/** Writes an array as NumPy's own `save` does, in C order. */
export async function writeNpy(path: string, { dtype, shape, data }: NpyArray): Promise<void> {
  const file = await open(path, 'w').catch((error: Error) => fail(path, error.message));
  try {
    await file.write(formatHeader(dtype, shape));
    const bytes = encode(dtype, data);
    for (let offset = 0; offset < bytes.length; offset += pieceByteLength)
      await file.writeFile(bytes.subarray(offset, offset + pieceByteLength));
  } finally {
    await file.close();
  }
}

async function readHeaderText(
  path: string,
  readBytes: (start: number, length: number) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<{ text: string; dataStart: number }> {
  const start = Buffer.from(
    await readBytes(0, 10).catch(() => fail(path, 'expected a .npy file, got fewer bytes than its header')),
  );
  if (!start.subarray(0, 6).equals(magic)) fail(path, 'expected a .npy file, got another format');
  const major = start[6]!;
  if (major < 1 || major > 3) fail(path, `expected .npy version 1, 2 or 3, got ${major}`);
  const lengthStart = 8;
  const textStart = major === 1 ? 10 : 12;
  const length =
    major === 1 ? start.readUInt16LE(lengthStart) : Buffer.from(await readBytes(lengthStart, 4)).readUInt32LE();
  const text = Buffer.from(await readBytes(textStart, length)).toString(major === 3 ? 'utf8' : 'latin1');
  return { text, dataStart: textStart + length };
}

/** The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } */
function parseHeader(path: string, text: string): Header {
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(((?:\s*\d+\s*,?)*)\s*\)/.exec(text);
  if (!descr || !order || !shape) return fail(path, `expected the header of a .npy file, got ${text.trim()}`);
  const sizes = (shape[1]!.match(/\d+/g) ?? []).map(Number);
  return { dtype: parseType(path, descr[1] ?? 'a structured type'), shape: sizes, isFortranOrder: order[1] === 'True' };
}

function parseType(path: string, descr: string): NpyType {
  if (descr === '<f4') return 'float32';
  if (descr === '<f2') return 'float16';
  const hint =
    descr === '<f8'
      ? 'float64; save x.astype("<f4")'
      : /^>/.test(descr)
        ? `big-endian ${descr}; save x.astype("<f4")`
        : descr;
  return fail(path, `expected little-endian float32 (<f4) or float16 (<f2), got ${hint}`);
}

/** Version 1.0, padded with blanks so that the data begins at a multiple of 64, as NumPy does for mapping files into memory. */
function formatHeader(dtype: NpyType, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '<f${byteLengths[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const byteLength = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(byteLength, ' ');
  magic.copy(header);
  header.writeUInt16LE(0x0001, 6);
  header.writeUInt16LE(byteLength - 10, 8);
  header.write(text, 10);
  header.write('\n', byteLength - 1);
  return header;
}

/** Typed arrays are little-endian on every machine that has Node and a GPU. */
function decode(dtype: NpyType, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  return dtype === 'float32' ? new Float32Array(bytes.buffer) : fromHalf(new Uint16Array(bytes.buffer));
}

function encode(dtype: NpyType, data: Float32Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = dtype === 'float32' ? data : toHalf(data);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** In Fortran order the first axis runs fastest: row-major with the axes reversed. */
function fromFortranOrder(shape: readonly number[], data: Float32Array): Tensor {
  const reversed = shape.map((_, axis) => shape.length - 1 - axis);
  return permute({ shape: shape.toReversed(), data }, reversed);
}

function fail(path: string, message: string): never {
  throw new UsageError(`${path}: ${message}`);
}
