import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHalf, toBfloat16, toHalf } from '../../src/check/half.js';
import { readNpy, writeNpy } from '../../src/cli/npy.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npy-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file as numpy.save writes it: magic, version, the header padded to a multiple of 64, the data. */
async function numpyFile(header: string, data: Uint8Array, version = 1): Promise<string> {
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + header.length + 1) / 64) * 64 - start;
  const prefix = Buffer.alloc(start);
  prefix.write('\x93NUMPY', 'latin1');
  prefix[6] = version;
  if (version === 1) prefix.writeUInt16LE(length, 8);
  else prefix.writeUInt32LE(length, 8);
  const path = join(folder, `${crypto.randomUUID()}.npy`);
  await writeFile(path, Buffer.concat([prefix, Buffer.from(`${header.padEnd(length - 1)}\n`), data]));
  return path;
}

const header = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
const bytes = (array: Float32Array | Uint16Array) => new Uint8Array(array.buffer);

describe('reading', () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);

  test.each([1, 2, 3])('version %i', async (version) => {
    const array = await readNpy(await numpyFile(header('<f4', '(2, 3)'), bytes(data), version));
    expect(array).toEqual({ dtype: 'float32', shape: [2, 3], data });
  });

  test('Fortran order becomes C order', async () => {
    const stored = Float32Array.of(1, 4, 2, 5, 3, 6);
    const array = await readNpy(await numpyFile(header('<f4', '(2, 3)', 'True'), bytes(stored)));
    expect(array).toEqual({ dtype: 'float32', shape: [2, 3], data });
  });

  test('three axes in Fortran order', async () => {
    const at = (a: number, b: number, c: number) => a * 12 + b * 4 + c;
    const stored: number[] = [];
    for (let c = 0; c < 4; c++) for (let b = 0; b < 3; b++) for (let a = 0; a < 2; a++) stored.push(at(a, b, c));
    const array = await readNpy(await numpyFile(header('<f4', '(2, 3, 4)', 'True'), bytes(Float32Array.from(stored))));
    expect([...array.data]).toEqual([...Array(24).keys()]);
  });

  test('float16', async () => {
    const array = await readNpy(await numpyFile(header('<f2', '(2,)'), bytes(Uint16Array.of(0x3c00, 0xfc00))));
    expect(array).toEqual({ dtype: 'float16', shape: [2], data: Float32Array.of(1, -Infinity) });
  });

  test('a scalar and an empty array', async () => {
    expect(await readNpy(await numpyFile(header('<f4', '()'), bytes(Float32Array.of(2.5))))).toEqual({
      dtype: 'float32',
      shape: [],
      data: Float32Array.of(2.5),
    });
    expect((await readNpy(await numpyFile(header('<f4', '(0, 3)'), new Uint8Array()))).data).toHaveLength(0);
  });

  test('integers as labels, but none that would become another', async () => {
    const file = (...labels: bigint[]) =>
      numpyFile(header('<i8', `(${labels.length},)`), new Uint8Array(BigInt64Array.from(labels).buffer));
    expect([...(await readNpy(await file(0n, -100n, 7n), true)).data]).toEqual([0, -100, 7]);
    for (const label of [8589934592n, 4294967295n, 16777217n, -2147483649n])
      await expect(readNpy(await file(0n, label), true)).rejects.toThrow(
        `expected integers of 32 bits that float32 holds too, got ${label}`,
      );
  });

  test.each([
    ['big-endian', header('>f4', '(6,)'), 'got big-endian >f4; save x.astype("<f4")'],
    ['float64', header('<f8', '(3,)'), 'got float64; save x.astype("<f4")'],
    ['integers', header('<i4', '(6,)'), 'got <i4'],
    ['a structured type', "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", 'structured type'],
    ['too little data', header('<f4', '(7,)'), 'expected 28 bytes of data for float32 of shape [7], got 24'],
    ['too much data', header('<f4', '(5,)'), 'expected 20 bytes of data for float32 of shape [5], got 24'],
    ['a header of nonsense', 'nonsense', 'expected the header of a .npy file, got nonsense'],
    ['the machine’s own order', header('=f4', '(6,)'), 'got =f4'],
    ['a header cut off', "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)", 'expected the header'],
    ['a header with text after it', `${header('<f4', '(6,)')}; boom`, 'expected the header'],
    ['a key given twice', "{'descr': '<f4', 'descr': '<f2', 'fortran_order': False, 'shape': (6,), }", 'the header'],
    ['a fourth key', "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'more': 1, }", 'expected the header'],
    ['an order that is neither', header('<f4', '(6,)', 'Maybe'), 'expected the header'],
    ['negative lengths', header('<f4', '(-2, -3)'), 'expected a shape of at most 64 lengths, got (-2, -3)'],
    ['fractions', header('<f4', '(1.5, 4)'), 'expected a shape of at most 64 lengths, got (1.5, 4)'],
    ['a length without its comma', header('<f4', '(6)'), 'expected a shape of at most 64 lengths, got (6)'],
    ['two commas', header('<f4', '(2,,3)'), 'expected a shape of at most 64 lengths'],
    ['65 axes', header('<f4', `(${'1, '.repeat(65)})`), 'expected a shape of at most 64 lengths'],
    ['a length beyond 2⁵³', header('<f4', '(99999999999999999999,)'), 'expected a shape of at most 64 lengths'],
    ['a product beyond 2⁵³', header('<f4', '(4294967296, 4294967296, 0x1)'), 'expected a shape'],
    [
      'more elements than 2⁵³',
      header('<f4', '(4294967296, 4294967296)'),
      'expected a shape of fewer than 2⁵³ elements',
    ],
    ['what a terminal would obey', header('\u001b[2J', '(6,)'), 'got \ufffd[2J'],
  ])('refuses %s', async (_, text, message) => {
    await expect(readNpy(await numpyFile(text, bytes(data)))).rejects.toThrow(message);
  });

  test.each([
    ['blanks between digits', `{'descr': '<f4', 'fortran_order': False, 'shape': (${'1 '.repeat(30)}x`],
    ['blanks', `{'descr': '<f4', 'fortran_order': False, 'shape': (${' '.repeat(60_000)}x`],
    ['digits', `{'descr': '<f4', 'fortran_order': False, 'shape': (${'1'.repeat(60_000)}x`],
    ['entries', `{${"'a': 1, ".repeat(7000)}`],
    ['quotes', `{${"'".repeat(60_000)}`],
    ['brackets', `{'descr': ${'['.repeat(60_000)}`],
  ])('a hostile header of %s is refused at once', async (_, text) => {
    const path = await numpyFile(text, bytes(data));
    const begin = performance.now();
    await expect(readNpy(path)).rejects.toThrow(/expected .{1,200}$/);
    expect(performance.now() - begin).toBeLessThan(500);
  });

  test('refuses a header longer than its file, or than any header', async () => {
    const file = async (length: number) => {
      const prefix = Buffer.alloc(12);
      prefix.write('\x93NUMPY\x02', 'latin1');
      prefix.writeUInt32LE(length, 8);
      const path = join(folder, `${crypto.randomUUID()}.npy`);
      await writeFile(path, prefix);
      return path;
    };
    await expect(readNpy(await file(1000))).rejects.toThrow('expected 1012 bytes at least, got 12');
    await expect(readNpy(await file(2 ** 32 - 1))).rejects.toThrow('expected a header of at most 65535 bytes');
  });

  test('reads what Python 2 wrote, and other quotes and orders', async () => {
    const text = `{"fortran_order": False, "shape": (2L, 3L), "descr": "<f4"}`;
    expect((await readNpy(await numpyFile(text, bytes(data)))).shape).toEqual([2, 3]);
  });

  test('refuses folders, devices and pipes that nobody writes to', async () => {
    await expect(readNpy(folder)).rejects.toThrow('got a folder, a pipe or a device');
    await expect(readNpy('/dev/zero')).rejects.toThrow('got a folder, a pipe or a device');
    const pipe = join(folder, 'pipe.npy');
    execFileSync('mkfifo', [pipe]);
    await expect(readNpy(pipe)).rejects.toThrow('got a folder, a pipe or a device');
  });

  test('refuses a file larger than memory', async () => {
    const path = await numpyFile(header('<f4', `(${2 ** 50},)`), new Uint8Array());
    await truncate(path, 128 + 2 ** 40);
    await expect(readNpy(path)).rejects.toThrow(`expected ${2 ** 52} bytes of data`);
    const fitting = await numpyFile(header('<f4', `(${2 ** 41},)`), new Uint8Array());
    await truncate(fitting, 128 + 2 ** 43);
    await expect(readNpy(fitting)).rejects.toThrow(`expected an array that fits into memory, got ${2 ** 43} bytes`);
  });

  test('refuses other formats, later versions and missing files', async () => {
    const path = join(folder, 'text.npy');
    await writeFile(path, 'just some text, no array');
    await expect(readNpy(path)).rejects.toThrow('expected a .npy file, got another format');
    await expect(readNpy(await numpyFile(header('<f4', '(6,)'), bytes(data), 4))).rejects.toThrow('version 1, 2 or 3');
    await expect(readNpy(join(folder, 'none.npy'))).rejects.toThrow('none.npy: ENOENT');
  });
});

describe('writing', () => {
  test('a full disk is an error with words', async () => {
    const array = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
    await expect(writeNpy('/dev/full', array)).rejects.toThrow('/dev/full: ENOSPC');
  });

  test.each([
    ['float32', [2, 3], '0000803f0000004000004040000080400000a0400000c040'],
    ['float16', [6], '003c00400042004400450046'],
  ] as const)('%s gives the bytes of numpy.save', async (dtype, shape, hex) => {
    const path = join(folder, `${dtype}.npy`);
    await writeNpy(path, { dtype, shape, data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const descr = dtype === 'float32' ? '<f4' : '<f2';
    const tuple = shape.length === 1 ? '(6,)' : '(2, 3)';
    const expected = await readFile(await numpyFile(header(descr, tuple), Buffer.from(hex, 'hex')));
    expect(await readFile(path)).toEqual(expected);
  });

  test('what is written reads the same', async () => {
    const array = { dtype: 'float32', shape: [3], data: Float32Array.of(Number.NaN, -Infinity, 1e-45) } as const;
    const path = join(folder, 'same.npy');
    await writeNpy(path, array);
    expect(await readNpy(path)).toEqual(array);
  });
});

describe('bfloat16', () => {
  test.each([
    [0x3f808000, 0x3f80],
    [0x3f818000, 0x3f82],
    [0x3f808001, 0x3f81],
    [0x3f807fff, 0x3f80],
    [0x7f7fffff, 0x7f80],
    [0xff800001, 0xffc0],
  ])('%i rounds to %i', (bits, expected) => {
    expect(toBfloat16(new Float32Array(Uint32Array.of(bits).buffer))[0]).toBe(expected);
  });
});

describe('float16', () => {
  test('NaN is a quiet one, whatever it was', () => {
    const values = new Float32Array(Uint32Array.of(0x7f800001, 0xffc12345).buffer);
    expect([...toHalf(values)]).toEqual([0x7e00, 0xfe00]);
  });

  test('every float16 survives the way to float32 and back', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const isNaNBits = (bits: number) => (bits & 0x7fff) > 0x7c00;
    const back = toHalf(fromHalf(all));
    const changed = all.filter((bits) => back[bits] !== bits && !(isNaNBits(bits) && isNaNBits(back[bits]!)));
    expect(changed).toHaveLength(0);
  });

  test.each([
    [65504, 65504],
    [65519.99, 65504],
    [65520, Infinity],
    [-1e9, -Infinity],
    [1 + 2 ** -11, 1],
    [1 + 3 * 2 ** -11, 1 + 2 ** -9],
    [2 ** -14 - 2 ** -26, 2 ** -14],
    [2 ** -25, 0],
    [2 ** -25 + 2 ** -40, 2 ** -24],
    [3 * 2 ** -25, 2 ** -23],
  ])('%f rounds to %f', (value, expected) => {
    expect(fromHalf(toHalf(Float32Array.of(value)))[0]).toBe(expected);
  });
});
