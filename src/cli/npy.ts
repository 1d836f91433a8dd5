/** NumPy's .npy files, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import { open, stat } from 'node:fs/promises';
import { fromHalf, toHalf } from '../check/half.js';
import { elementCount, permute, type Tensor } from '../check/layout.js';
import { UsageError } from './exit.js';

export type NpyType = 'float32' | 'float16';
/** Labels are read, never written. */
const integers = {
  '<i4': { byteLength: 4, of: (bytes: ArrayBuffer) => new Int32Array(bytes) },
  '<u4': { byteLength: 4, of: (bytes: ArrayBuffer) => new Uint32Array(bytes) },
  '<i8': { byteLength: 8, of: (bytes: ArrayBuffer) => new BigInt64Array(bytes) },
} as const;
type IntegerType = keyof typeof integers;

/** An array with the type it has in its file; float16 is widened to float32 in memory. */
export interface NpyArray extends Tensor {
  readonly dtype: NpyType;
}

interface Header {
  readonly dtype: NpyType | IntegerType;
  readonly shape: readonly number[];
  readonly isFortranOrder: boolean;
}

const isInteger = (dtype: string): dtype is IntegerType => Object.hasOwn(integers, dtype);
const magic = Buffer.from('\x93NUMPY', 'latin1');
const byteLengths = { float32: 4, float16: 2 } as const;
/** Those of a version 1 header at most; what NumPy writes has some hundred bytes. */
const MAXIMUM_HEADER_BYTES = 65535;
const MAXIMUM_AXES = 64;
const MAXIMUM_SHOWN = 80;
/** Bytes per read and write: Node refuses single ones beyond 2 GiB. */
const pieceByteLength = 2 ** 26;

/**
 * Reads a little-endian float32 or float16 array, or one of integers as float32; Fortran order is turned into C order.
 * @throws {UsageError}
 */
export async function readNpy(path: string, isOfIntegers = false): Promise<NpyArray> {
  // Before it is opened: a pipe that nobody writes to would wait for ever.
  const { size } = await stat(path)
    .then((stats) => (stats.isFile() ? stats : fail(path, 'expected a .npy file, got a folder, a pipe or a device')))
    .catch((error: Error) => (error instanceof UsageError ? Promise.reject(error) : fail(path, error.message)));
  const file = await open(path).catch((error: Error) => fail(path, error.message));
  try {
    const { text, dataStart } = await readHeaderText(path, (start, length) => readBytes(start, length));
    const header = parseHeader(path, text, isOfIntegers);
    const { dtype, shape, isFortranOrder } = header;
    const byteLength = elementCount(shape) * (isInteger(dtype) ? integers[dtype].byteLength : byteLengths[dtype]);
    if (size - dataStart !== byteLength)
      fail(
        path,
        `expected ${byteLength} bytes of data for ${dtype} of shape [${shape.join(', ')}], got ${size - dataStart}`,
      );
    const data = decode(path, dtype, await readBytes(dataStart, byteLength));
    return {
      dtype: isInteger(dtype) ? 'float32' : dtype,
      ...(isFortranOrder ? fromFortranOrder(shape, data) : { shape, data }),
    };
  } finally {
    await file.close();
  }

  function allocate(length: number): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(length);
    } catch {
      return fail(path, `expected an array that fits into memory, got ${length} bytes`);
    }
  }

  async function readBytes(start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = allocate(length);
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
  } catch (error) {
    fail(path, (error as Error).message);
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
  if (length > MAXIMUM_HEADER_BYTES)
    fail(path, `expected a header of at most ${MAXIMUM_HEADER_BYTES} bytes, got ${length}`);
  const text = Buffer.from(await readBytes(textStart, length)).toString(major === 3 ? 'utf8' : 'latin1');
  return { text, dataStart: textStart + length };
}

/**
 * The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }. Read from left to right and
 * never back: a hostile header costs no more time than its length.
 */
function parseHeader(path: string, text: string, isOfIntegers: boolean): Header {
  const given = text.trim();
  const refuse = (): never => fail(path, `expected the header of a .npy file, got ${shorten(given)}`);
  const fields = new Map<string, string>();
  let rest = given.replace(/^\{/, '');
  if (rest === given) refuse();
  while (!rest.startsWith('}')) {
    const [entry, key, value] =
      /^\s*['"](\w+)['"]\s*:\s*('[^']*'|"[^"]*"|\[[^\]]*\]|\([^)]*\)|\w+)/.exec(rest) ?? refuse();
    if (fields.has(key!)) refuse();
    fields.set(key!, value!);
    rest = rest.slice(entry.length).trimStart();
    if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
    else if (!rest.startsWith('}')) refuse();
  }
  const { descr, fortran_order: order, shape } = Object.fromEntries(fields);
  if (rest !== '}' || fields.size !== 3 || !descr || !shape || (order !== 'True' && order !== 'False')) return refuse();
  return {
    dtype: parseType(path, descr, isOfIntegers),
    shape: parseShape(path, shape),
    isFortranOrder: order === 'True',
  };
}

/** A tuple of lengths: (), (6,) or (2, 3). NumPy itself takes no more axes than 64. */
function parseShape(path: string, tuple: string): number[] {
  const parts = /^\(.*\)$/s.test(tuple) ? tuple.slice(1, -1).split(',') : [''];
  if (parts.at(-1)!.trim() === '') parts.pop();
  // Python 2 wrote long integers with an L
  const sizes = parts.map((part) => (/^\d+L?$/.test(part.trim()) ? Number.parseInt(part, 10) : Number.NaN));
  const isTuple = tuple.startsWith('(') && (sizes.length !== 1 || tuple.includes(','));
  const isShape = isTuple && sizes.length <= MAXIMUM_AXES && sizes.every(Number.isSafeInteger);
  if (!isShape) fail(path, `expected a shape of at most ${MAXIMUM_AXES} lengths, got ${shorten(tuple)}`);
  // an axis of none leaves no elements, whatever the others are
  if (!sizes.includes(0) && !Number.isSafeInteger(elementCount(sizes)))
    fail(path, `expected a shape of fewer than 2⁵³ elements, got ${shorten(tuple)}`);
  return sizes;
}

/** What a file holds, short enough for a message, and without what a terminal would obey. */
function shorten(text: string): string {
  const printable = text.slice(0, MAXIMUM_SHOWN).replace(/\p{Cc}/gu, '\ufffd');
  return text.length > MAXIMUM_SHOWN ? `${printable}…` : printable;
}

/** @param text a Python string, or a list where the type is a structured one */
function parseType(path: string, text: string, isOfIntegers: boolean): NpyType | IntegerType {
  const descr = /^['"]/.test(text) ? text.slice(1, -1) : 'a structured type';
  if (isOfIntegers)
    return isInteger(descr)
      ? descr
      : fail(path, `expected little-endian int32, uint32 or int64, got ${shorten(descr)}`);
  if (descr === '<f4') return 'float32';
  if (descr === '<f2') return 'float16';
  const hint =
    descr === '<f8'
      ? 'float64; save x.astype("<f4")'
      : descr.startsWith('>')
        ? `big-endian ${shorten(descr)}; save x.astype("<f4")`
        : shorten(descr);
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
function decode(path: string, dtype: NpyType | IntegerType, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  if (isInteger(dtype)) {
    const numbers = Float64Array.from(integers[dtype].of(bytes.buffer), Number);
    // another label would be meant
    const wrong = numbers.find((label) => label < -(2 ** 31) || label >= 2 ** 32 || label !== Math.fround(label));
    if (wrong !== undefined) fail(path, `expected integers of 32 bits that float32 holds too, got ${wrong}`);
    return Float32Array.from(numbers);
  }
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
