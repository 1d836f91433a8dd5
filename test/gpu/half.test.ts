/**
 * float16 and bfloat16 in memory. The arithmetic is that of float32, so each result must be the float32 pass's, rounded once:
 * bit for bit. The rest is about memory: odd lengths, neighbours, offsets, several bindings.
 */
import { describe, expect, test } from 'vitest';
import { resolveActivation } from '../../src/catalogue.js';
import { referenceOf, referenceParameters, sampleLearned } from '../../src/check/truth.js';
import { bfloat16, float16, roundToBfloat16, roundToFloat16, spacing, ulpError } from '../../src/check/ulp.js';
import { resolveParameters } from '../../src/definition.js';
import { Activations } from '../../src/index.js';
import { createDeadUnitMonitor } from '../../src/monitor.js';
import { exactValues, submit, useDevice } from './support.js';

const held = useDevice();

type Half = 'f16' | 'bf16';
type Bits = Uint16Array<ArrayBuffer>;
type Wide = Float32Array<ArrayBuffer>;
// calls by a name that is not known to the types
// biome-ignore lint/suspicious/noExplicitAny: every activation in one loop
type Any = any;

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The number that 16 bits stand for. */
function numberOf(bits: number, dtype: Half): number {
  if (dtype === 'bf16') {
    scratchBits[0] = bits << 16;
    return scratch[0]!;
  }
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
}

const widened = (bits: Bits, dtype: Half): Wide => Float32Array.from(bits, (each) => numberOf(each, dtype));
const everyNumber = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

/** The bits of the nearest numbers: found in the table of all numbers, which rise with their bits, not computed. */
const tables = {
  f16: new Map(Array.from(everyNumber, (bits) => [keyOf(numberOf(bits, 'f16')), bits])),
  bf16: new Map(Array.from(everyNumber, (bits) => [keyOf(numberOf(bits, 'bf16')), bits])),
};
function keyOf(value: number): number | string {
  return Object.is(value, -0) ? '-0' : value;
}
const NAN = 0x7fff;
function narrowed(values: ArrayLike<number>, dtype: Half): Bits {
  const round = dtype === 'f16' ? roundToFloat16 : roundToBfloat16;
  return Uint16Array.from(values, (value) => (Number.isNaN(value) ? NAN : tables[dtype].get(keyOf(round(value)))!));
}
/** With one NaN for all of them. */
const canonical = (bits: Bits, dtype: Half): Bits =>
  bits.map((each) => (Number.isNaN(numberOf(each, dtype)) ? NAN : each));

/** Moderate numbers of either sign, each a number of the type. */
const samples = (length: number, dtype: Half, seed = 1): Bits => narrowed(exactValues(length, seed), dtype);

const dtypes: Half[] = ['f16', 'bf16'];
/** Of each kind one: kinks, flat parts, tails, parameters, a learned one. `check --dtype` holds every function to the reference. */
const some = ['identity', 'relu', 'hardshrink', 'threshold', 'gelu', 'sigmoid', 'exponential', 'leakyRelu', 'prelu'];

describe.each(dtypes)('%s: every one of the 65,536 numbers', (dtype) => {
  const format = dtype === 'f16' ? float16 : bfloat16;
  const ulps = dtype === 'f16' ? 2 ** -13 : 2 ** -16; // one of float32 in those of the type
  const x = everyNumber;
  const wide = widened(x, dtype);
  const dy = narrowed(new Float32Array(x.length).fill(1), dtype);
  const one = new Float32Array(x.length).fill(1);

  test.each(some)('%s, forward and backward', async (name) => {
    const gpu = held.gpu as Any;
    const definition = resolveActivation(name);
    const learned = sampleLearned(definition);
    const { y } = await gpu.forward(name, { x, ...learned }, { dtype });
    const { dx } = await gpu.backward(name, { x, dy, ...learned }, { dtype });
    const full = await gpu.forward(name, { x: wide, ...learned });
    const fullBackward = await gpu.backward(name, { x: wide, dy: one, ...learned });
    expect(canonical(y, dtype)).toEqual(narrowed(full.y, dtype));
    expect(canonical(dx, dtype)).toEqual(narrowed(fullBackward.dx, dtype));
    // and against the truth
    const { value, derivative } = referenceOf(definition);
    const given = referenceParameters(definition, resolveParameters(definition));
    const { absolute = 0 } = definition.bounds;
    // beside a root the float32 result may be further off
    const errorOf = (got: number, exact: number, at: number): number => {
      const slack = typeof absolute === 'function' ? absolute(at, given) : absolute;
      const ulp = ulpError(got, exact, format);
      return slack > 0 && slack < Infinity ? ulp - slack / spacing(exact, format) : ulp;
    };
    const worst = { y: 0, dx: 0 };
    for (let i = 0; i < x.length; i++) {
      worst.y = Math.max(worst.y, errorOf(numberOf(y[i], dtype), value(wide[i]!, given), wide[i]!));
      worst.dx = Math.max(worst.dx, errorOf(numberOf(dx[i], dtype), derivative(wide[i]!, given), wide[i]!));
    }
    expect(worst.y).toBeLessThanOrEqual(0.5 + definition.bounds.forward * ulps);
    expect(worst.dx).toBeLessThanOrEqual(0.5 + definition.bounds.derivative * ulps);
  });

  test('identity gives them back; NaN as a NaN, with its sign and payload', async () => {
    const { y } = await held.gpu.forward('identity', { x }, { dtype });
    const quiet = dtype === 'f16' ? 0x0200 : 0x0040;
    expect(y).toEqual(x.map((bits) => (Number.isNaN(numberOf(bits, dtype)) ? bits | quiet : bits)));
  });

  // products are exact in float32: what is tested is the rounding, of ties, subnormals and beyond the largest number
  test.each([1.5, 0.0078125, 2 ** -9 * 1.75, 1 + 2 ** -7, -3, 250])('times %f, rounded once', async (factor) => {
    const up = narrowed(new Float32Array(x.length).fill(factor), dtype);
    const { y } = await held.gpu.forward('bilinear', { gate: x, up }, { dtype });
    const exact = Array.from(wide, (value) => value * factor);
    // arithmetic may flush what is no normal float32
    const isNormal = (i: number): boolean => !(Math.abs(exact[i]!) < 2 ** -126) && !(Math.abs(wide[i]!) < 2 ** -126);
    const expected = narrowed(exact, dtype);
    expect(canonical(y, dtype).filter((_, i) => isNormal(i))).toEqual(expected.filter((_, i) => isNormal(i)));
  });
});

/** A buffer that holds `bits`, then zeros to a whole number of words. */
function bufferOf(device: GPUDevice, bits: Bits): GPUBuffer {
  const size = Math.max(Math.ceil(bits.length / 2) * 4, 16);
  const buffer = device.createBuffer({ label: 'test', size, usage: 0x8c, mappedAtCreation: true });
  new Uint16Array(buffer.getMappedRange()).set(bits);
  buffer.unmap();
  return buffer;
}

async function read(device: GPUDevice, buffer: GPUBuffer): Promise<Bits> {
  const staging = device.createBuffer({ label: 'read', size: buffer.size, usage: 0x9 });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(1);
  const bits = new Uint16Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return bits;
}

const POISON = 0x5a5a;
const lengths = [1, 2, 3, 4, 5, 7, 8, 127, 129, 257, 1026, 1027];

describe.each(dtypes)('%s in a pipeline', (dtype) => {
  const halved = (bits: Bits, x = bits): Bits => {
    const numbers = widened(bits, dtype);
    const signs = widened(x, dtype);
    return narrowed(
      numbers.map((value, i) => (signs[i]! >= 0 ? value : value / 2)),
      dtype,
    );
  };

  test.each(lengths)('length %i: right inside the range, untouched to either side of it', async (length) => {
    const { gpu, device } = held;
    const padding = 128; // elements before the range: the least binding offset, 256 bytes
    const all = padding + length + 9;
    const [x, dy] = [samples(all, dtype), samples(all, dtype, 5)];
    const poison = new Uint16Array(all).fill(POISON);
    const [xBuffer, dyBuffer] = [bufferOf(device, x), bufferOf(device, dy)];
    const [yBuffer, dxBuffer] = [bufferOf(device, poison), bufferOf(device, poison)];
    const range = (buffer: GPUBuffer) => ({ buffer, offset: 256, size: 2 * length });
    submit(device, (pass) => {
      const tensors = { x: range(xBuffer), y: range(yBuffer), length };
      gpu.encodeForward(pass, 'leakyRelu', tensors, { alpha: 0.5, dtype });
      const gradients = { x: range(xBuffer), dy: range(dyBuffer), dx: range(dxBuffer), length };
      gpu.encodeBackward(pass, 'leakyRelu', gradients, { alpha: 0.5, dtype });
    });
    const inside = (i: number): boolean => i >= padding && i < padding + length;
    const [y, dx] = [halved(x), halved(dy, x)];
    expect((await read(device, yBuffer)).subarray(0, all)).toEqual(y.map((bits, i) => (inside(i) ? bits : POISON)));
    expect((await read(device, dxBuffer)).subarray(0, all)).toEqual(dx.map((bits, i) => (inside(i) ? bits : POISON)));
    expect((await read(device, xBuffer)).subarray(0, all)).toEqual(x);
  });

  test.each(lengths)('length %i: in place, and past the end untouched', async (length) => {
    const { gpu, device } = held;
    const [x, dy] = [samples(length + 3, dtype), samples(length + 3, dtype, 5)];
    const [xBuffer, dyBuffer] = [bufferOf(device, x), bufferOf(device, dy)];
    submit(device, (pass) => {
      const gradients = { x: xBuffer, dy: dyBuffer, dx: dyBuffer, length };
      gpu.encodeBackward(pass, 'leakyRelu', gradients, { alpha: 0.5, dtype });
      gpu.encodeForward(pass, 'leakyRelu', { x: xBuffer, y: xBuffer, length }, { alpha: 0.5, dtype });
    });
    const [y, dx] = [halved(x), halved(dy, x)];
    expect((await read(device, xBuffer)).subarray(0, x.length)).toEqual(
      x.map((bits, i) => (i < length ? y[i]! : bits)),
    );
    expect((await read(device, dyBuffer)).subarray(0, x.length)).toEqual(
      dy.map((bits, i) => (i < length ? dx[i]! : bits)),
    );
  });

  test('prepare compiles ahead: encoding then compiles nothing', async () => {
    const { gpu, device } = held;
    await gpu.prepare('tanh', { dtype });
    const { createComputePipeline } = device;
    device.createComputePipeline = () => {
      throw new Error('compiled while encoding');
    };
    try {
      const [x, y] = [bufferOf(device, samples(5, dtype)), bufferOf(device, samples(5, dtype))];
      submit(device, (pass) => {
        gpu.encodeForward(pass, 'tanh', { x, y, length: 5 }, { dtype });
        gpu.encodeForward(pass, 'tanh', { x, y: x, length: 5 }, { dtype });
        gpu.encodeBackward(pass, 'tanh', { x, dy: y, dx: y, length: 5 }, { dtype });
      });
    } finally {
      device.createComputePipeline = createComputePipeline;
    }
  });

  test('the same call in another type is another call, also when repeated', async () => {
    const { gpu, device } = held;
    const x = bufferOf(device, samples(8, dtype));
    const [y, single] = [bufferOf(device, new Uint16Array(16)), bufferOf(device, new Uint16Array(16))];
    for (let repeat = 0; repeat < 2; repeat++)
      submit(device, (pass) => {
        gpu.encodeForward(pass, 'relu', { x, y: single, length: 4 });
        gpu.encodeForward(pass, 'relu', { x, y, length: 4 }, { dtype });
        gpu.encodeForward(pass, 'relu', { x, y, length: 4 }, { dtype });
      });
    const expected = samples(8, dtype).map((bits, i) => (i < 4 && !(bits & 0x8000) ? bits : 0));
    expect((await read(device, y)).subarray(0, 8)).toEqual(expected);
  });

  test('a monitor sees what it sees in float32', async () => {
    const { gpu, device } = held;
    const [channels, examples] = [7, 5];
    const y = samples(channels * examples, dtype).map((bits, i) =>
      i % channels === 2 || i % channels === 5 ? 0 : bits,
    );
    const monitor = createDeadUnitMonitor(gpu, { channels, window: 1, dtype });
    const buffer = bufferOf(device, y);
    submit(device, (pass) => monitor.encode(pass, { y: buffer, length: y.length }));
    expect((await monitor.report()).dead).toEqual([2, 5]);
    monitor.dispose();
  });
});

/** Runs a call on elements of the type and on the same numbers in float32, and compares: each element rounded once. */
async function compare(
  direction: 'forward' | 'backward',
  name: string,
  elements: Record<string, Bits>,
  dtype: Half,
  options: object = {},
  learned: Record<string, Wide> = {},
): Promise<void> {
  const gpu = held.gpu as Any;
  const wide = Object.fromEntries(Object.entries(elements).map(([key, bits]) => [key, widened(bits, dtype)]));
  const got = await gpu[direction](name, { ...elements, ...learned }, { ...options, dtype });
  const full = await gpu[direction](name, { ...wide, ...learned }, options);
  expect(Object.keys(got)).toEqual(Object.keys(full));
  for (const tensor in full)
    if (tensor === 'dWeight' || tensor === 'dBias') expect(got[tensor], tensor).toEqual(full[tensor]);
    else {
      expect(got[tensor], tensor).toBeInstanceOf(Uint16Array);
      expect(canonical(got[tensor], dtype), tensor).toEqual(narrowed(full[tensor], dtype));
    }
}

describe.each(dtypes)('%s arrays: the float32 results, rounded once', (dtype) => {
  test.each([1, 2, 3, 6, 63, 1029])('%i elements: elementwise and gated, with accumulate', async (length) => {
    const of = (seed: number): Bits => samples(length, dtype, seed);
    await compare('forward', 'gelu', { x: of(1) }, dtype);
    await compare('backward', 'gelu', { x: of(1), dy: of(2) }, dtype);
    await compare('backward', 'gelu', { x: of(1), dy: of(2), dx: of(3) }, dtype, { accumulate: true });
    await compare('backward', 'tanh', { y: of(1), dy: of(2) }, dtype);
    await compare('forward', 'swiglu', { gate: of(1), up: of(2) }, dtype, { beta: 1.5 });
    await compare('backward', 'swiglu', { gate: of(1), up: of(2), dy: of(3) }, dtype);
    const sums = { gate: of(1), up: of(2), dy: of(3), dGate: of(4), dUp: of(5) };
    await compare('backward', 'swiglu', sums, dtype, { accumulate: true });
  });

  test.each([2, 6, 10, 8, 1024])('the halves of rows of %i', async (columns) => {
    const [x, dy] = [samples(5 * columns, dtype), samples((5 * columns) / 2, dtype, 2)];
    await compare('forward', 'geglu', { x }, dtype, { columns });
    await compare('backward', 'geglu', { x, dy }, dtype, { columns, gateFirst: false });
    await compare('backward', 'geglu', { x, dy, dx: samples(x.length, dtype, 3) }, dtype, {
      columns,
      accumulate: true,
    });
  });

  test.each([
    [1, 1, 1027],
    [3, 1, 303],
    [4, 1, 800],
    [5, 3, 165],
    [3, 67, 402],
    [2, 64, 1280],
  ])('%i channels of %i: weight, bias and their gradients are float32', async (channels, inner, length) => {
    const [x, dy] = [samples(length, dtype), samples(length, dtype, 2)];
    const weight = exactValues(channels, 3);
    const bias = exactValues(channels, 4);
    const options = { channels, inner };
    await compare('forward', 'prelu', { x }, dtype, options, { weight, bias });
    await compare('backward', 'prelu', { x, dy }, dtype, options, { weight, bias });
    await compare('backward', 'silu', { x, dy }, dtype, options, { bias });
    await compare('backward', 'geglu', { gate: x, up: dy, dy }, dtype, options, { bias });
    const sums = { weight, dWeight: exactValues(channels, 5) };
    await compare('backward', 'prelu', { x, dy, dx: x }, dtype, { ...options, accumulate: true }, sums);
  });

  test.each([1, 2, 3, 7, 8, 129, 1000, 4097, 4100, 20001])('softmax and logSoftmax of rows of %i', async (columns) => {
    const rows = columns > 4000 ? 2 : 7;
    const [x, dy] = [samples(rows * columns, dtype), samples(rows * columns, dtype, 2)];
    for (const name of ['softmax', 'logSoftmax']) {
      await compare('forward', name, { x }, dtype, { columns });
      await compare('backward', name, { x, dy }, dtype, { columns });
      await compare('backward', name, { y: x.map(() => 0), dy, dx: x }, dtype, { columns, accumulate: true });
    }
  });

  test('statistics are those of the same numbers in float32', async () => {
    const x = samples(3 * 5 * 21, dtype);
    const options = { channels: 3, inner: 5, bins: 16 };
    const got = await held.gpu.statistics('sigmoid', { x }, { ...options, dtype });
    expect(got).toEqual(await held.gpu.statistics('sigmoid', { x: widened(x, dtype) }, options));
  });

  test('no elements', async () => {
    expect((await held.gpu.forward('gelu', { x: new Uint16Array(0) }, { dtype })).y).toEqual(new Uint16Array(0));
  });

  test('a long array streams in pieces', async () => {
    const length = 2 ** 23 + 4099;
    const x = samples(length, dtype);
    const seen: number[] = [];
    const { y } = await held.gpu.forward('relu', { x }, { dtype, onProgress: (done) => seen.push(done) });
    expect(y.findIndex((bits, i) => bits !== (x[i]! & 0x8000 ? 0 : x[i]))).toBe(-1);
    expect(seen.at(-1)).toBe(length);
  });
});

test('Float16Array in, Float16Array out', async () => {
  const { Float16Array } = globalThis as Any;
  expect(Float16Array).toBeDefined(); // Chromium has it
  const x = Float16Array.of(-2, -1, 0, 1, 65504);
  const { y } = await (held.gpu as Any).forward('reluSquared', { x }, { dtype: 'f16' });
  expect(y).toBeInstanceOf(Float16Array);
  expect(Array.from(y)).toEqual([0, 0, 0, 1, Infinity]);
  const { dx } = await (held.gpu as Any).backward('relu', { x, dy: x }, { dtype: 'f16' });
  expect(Array.from(dx)).toEqual([0, 0, 0, 1, 65504]);
});

test('the arrays that were given keep their contents; a view is read from where it begins', async () => {
  const all = samples(41, 'f16');
  const x = all.subarray(3, 40);
  const before = all.slice();
  const { y } = await held.gpu.forward('relu', { x }, { dtype: 'f16' });
  expect(y).toEqual(x.map((bits) => (bits & 0x8000 ? 0 : bits)));
  expect(all).toEqual(before);
});

test('beyond one binding, odd: in one encode call', async () => {
  const { device } = held;
  const length = 2 ** 26 + 2 ** 20 + 7;
  const size = Math.ceil((length + 5) / 2) * 4;
  const adapter = (await navigator.gpu.requestAdapter())!;
  const own = await adapter.requestDevice({ requiredLimits: { maxBufferSize: 2 ** 28 } });
  expect(device.limits.maxStorageBufferBindingSize).toBe(2 ** 27);
  const gpu = new Activations([own, false, navigator.gpu.wgslLanguageFeatures, undefined]);
  const pattern = samples(1021, 'f16');
  const x = new Uint16Array(size / 2);
  for (let start = 0; start < x.length; start += 1021) x.set(pattern.subarray(0, x.length - start), start);
  const buffer = bufferOf(own, x);
  submit(own, (pass) => gpu.encodeForward(pass, 'relu', { x: buffer, y: buffer, length }, { dtype: 'f16' }));
  const y = await read(own, buffer);
  expect(y.findIndex((bits, i) => bits !== (i < length && x[i]! & 0x8000 ? 0 : x[i]))).toBe(-1);
  gpu.dispose();
  own.destroy();
});

describe('errors', () => {
  const four = new Uint16Array(4);
  const single = new Float32Array(4);
  const cases: [string, (gpu: Any) => Promise<unknown>, RegExp][] = [
    [
      'an unknown type',
      (gpu) => gpu.forward('gelu', { x: four }, { dtype: 'f8' }),
      /gelu\.forward: expected dtype to be "f32", "f16" or "bf16", got "f8"/,
    ],
    [
      '16 bits without a type',
      (gpu) => gpu.forward('gelu', { x: four }),
      /gelu\.forward: expected x to be a Float32Array, got Uint16Array of length 4; that is for dtype "f16" or "bf16"/,
    ],
    [
      'float32 for float16',
      (gpu) => gpu.forward('gelu', { x: single }, { dtype: 'f16' }),
      /expected x to be a Float16Array or Uint16Array for dtype "f16", got Float32Array of length 4; that is for dtype "f32"/,
    ],
    [
      'float16 for bfloat16',
      (gpu) => gpu.forward('gelu', { x: new (globalThis as Any).Float16Array(4) }, { dtype: 'bf16' }),
      /expected x to be a Uint16Array for dtype "bf16", got Float16Array of length 4; that is for dtype "f16"/,
    ],
    [
      'kinds mixed',
      (gpu) => gpu.backward('gelu', { x: four, dy: new (globalThis as Any).Float16Array(4) }, { dtype: 'f16' }),
      /gelu\.backward: expected dy to be a Uint16Array as x is, got Float16Array of length 4/,
    ],
    [
      'a weight of 16 bits',
      (gpu) => gpu.forward('prelu', { x: four, weight: four }, { dtype: 'f16' }),
      /prelu\.forward: expected weight to be a Float32Array, got Uint16Array of length 4/,
    ],
    [
      'lengths',
      (gpu) => gpu.backward('gelu', { x: four, dy: new Uint16Array(3) }, { dtype: 'bf16' }),
      /gelu\.backward: expected dy of length 4, got 3/,
    ],
    [
      'statistics',
      (gpu) => gpu.statistics('relu', { x: four }),
      /relu\.statistics: expected x to be a Float32Array, got Uint16Array of length 4/,
    ],
  ];
  test.each(cases)('%s', async (_name, run, message) => {
    await expect(run(held.gpu)).rejects.toThrow(message);
  });

  test('ranges of buffers, in bytes', () => {
    const { device, gpu } = held;
    const y = bufferOf(device, new Uint16Array(64));
    const encode = (x: unknown, length: number) => () =>
      submit(device, (pass) => gpu.encodeForward(pass, 'relu', { x: x as GPUBuffer, y, length }, { dtype: 'f16' }));
    const short = device.createBuffer({ label: 'short', size: 10, usage: 0x80 });
    expect(encode(short, 6)).toThrow(/relu\.forward: expected x to hold 12 bytes, got 10 bytes/);
    expect(encode(short, 5)).toThrow(
      /expected x's buffer to reach to the end of its last 4-byte word, 12 bytes, got 10/,
    );
    expect(encode({ buffer: y, offset: 2 }, 5)).toThrow(/expected x's offset to be a multiple of 256 bytes, got 2/);
    expect(encode({ buffer: y, offset: 0, size: 8 }, 5)).toThrow(/expected x to hold 10 bytes, got 8 bytes/);
  });
});
