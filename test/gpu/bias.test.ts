/** Bias fused into the activation, its gradient, and gradients that accumulate. */
import { describe, expect, test } from 'vitest';
import { bufferOf, exactValues, poisoned, read, submit, useDevice } from './support.js';

const held = useDevice();
const leaky = (x: number): number => (x >= 0 ? x : x / 2);
const layouts: [outer: number, channels: number, inner: number][] = [
  [5, 1, 1],
  [3, 4, 1],
  [7, 3, 1],
  [2, 3, 5],
  [2, 3, 8],
  [300, 8, 1],
  [2, 2, 256],
  [3, 5, 64],
  [4, 3, 67],
  [2, 70_000, 1],
];

describe('y = f(x + bias)', () => {
  test.each(layouts)('[%i, %i, %i]', async (outer, channels, inner) => {
    const n = outer * channels * inner;
    const [x, dy, bias] = [exactValues(n, 1), exactValues(n, 2), exactValues(channels, 3)];
    const input = (i: number): number => x[i]! + bias[Math.floor(i / inner) % channels]!;
    const options = { alpha: 0.5, channels, inner };
    const { y } = await held.gpu.forward('leakyRelu', { x, bias }, options);
    expect(y.findIndex((value, i) => value !== leaky(input(i)))).toBe(-1);
    const { dx, dBias } = await held.gpu.backward('leakyRelu', { x, bias, dy }, options);
    const exact = new Float64Array(channels);
    const wrong = dx.findIndex((value, i) => {
      const expected = dy[i]! * (input(i) >= 0 ? 1 : 0.5);
      exact[Math.floor(i / inner) % channels]! += expected;
      return value !== expected;
    });
    expect(wrong).toBe(-1);
    // multiples of 1/16 whose sums stay below 2²⁰ are exact in float32
    expect(dBias).toEqual(new Float32Array(exact));
  });

  test('prelu: dWeight and dBias from one read', async () => {
    const [x, dy] = [exactValues(400, 1), exactValues(400, 2)];
    const [weight, bias] = [exactValues(4, 3), exactValues(4, 4)];
    const { dx, dWeight, dBias } = await held.gpu.backward('prelu', { x, weight, bias, dy });
    const sums = { weight: new Float64Array(4), bias: new Float64Array(4) };
    x.forEach((x_i, i) => {
      const input = x_i + bias[i % 4]!;
      const slope = input >= 0 ? 1 : weight[i % 4]!;
      expect(dx[i]).toBe(dy[i]! * slope);
      sums.bias[i % 4]! += dy[i]! * slope;
      if (input < 0) sums.weight[i % 4]! += dy[i]! * input;
    });
    expect(dWeight).toEqual(new Float32Array(sums.weight));
    expect(dBias).toEqual(new Float32Array(sums.bias));
  });

  test('gated: the bias is the gate’s', async () => {
    const [gate, up, dy, bias] = [exactValues(96, 1), exactValues(96, 2), exactValues(96, 3), exactValues(8, 4)];
    const relu = (i: number): number => Math.max(gate[i]! + bias[i % 8]!, 0);
    const { y } = await held.gpu.forward('reglu', { gate, up, bias });
    expect(y).toEqual(gate.map((_, i) => relu(i) * up[i]!));
    const { dGate, dUp, dBias } = await held.gpu.backward('reglu', { gate, up, bias, dy });
    expect(dUp).toEqual(dy.map((dy_i, i) => dy_i * relu(i)));
    expect(dGate).toEqual(dy.map((dy_i, i) => (relu(i) > 0 ? dy_i * up[i]! : 0)));
    const sums = new Float64Array(8);
    dGate.forEach((value, i) => {
      sums[i % 8]! += value;
    });
    expect(dBias).toEqual(new Float32Array(sums));
  });

  test('a pipeline that wants no dBias leaves it out', async () => {
    const { gpu, device } = held;
    const [x, dy, bias] = [exactValues(64, 1), exactValues(64, 2), exactValues(4, 3)];
    const dx = poisoned(device, 64);
    const tensors = { x: bufferOf(device, x), dy: bufferOf(device, dy), bias: bufferOf(device, bias), dx, length: 64 };
    submit(device, (pass) => gpu.encodeBackward(pass, 'relu', tensors, { channels: 4 }));
    expect(await read(device, dx)).toEqual(dy.map((value, i) => (x[i]! + bias[i % 4]! > 0 ? value : 0)));
  });
});

describe('accumulate', () => {
  test('adds into dx, dWeight and dBias', async () => {
    const [x, dy] = [exactValues(100, 1), exactValues(100, 2)];
    const [weight, bias] = [exactValues(4, 3), exactValues(4, 4)];
    const once = await held.gpu.backward('prelu', { x, weight, bias, dy });
    const twice = await held.gpu.backward('prelu', { x, weight, bias, dy, ...once }, { accumulate: true });
    for (const name of ['dx', 'dWeight', 'dBias'] as const)
      expect(twice[name]).toEqual(once[name].map((value) => 2 * value));
  });

  test('adds into dGate and dUp, and into the halves of dx', async () => {
    const [x, dy] = [exactValues(64, 1), exactValues(32, 2)];
    const [gate, up] = [x.slice(0, 32), x.slice(32)];
    const once = await held.gpu.backward('swiglu', { gate, up, dy });
    const twice = await held.gpu.backward('swiglu', { gate, up, dy, ...once }, { accumulate: true });
    expect(twice.dGate).toEqual(once.dGate.map((value) => 2 * value));
    expect(twice.dUp).toEqual(once.dUp.map((value) => 2 * value));
    const halves = await held.gpu.backward('swiglu', { x, dy }, { columns: 64 });
    const both = await held.gpu.backward('swiglu', { x, dy, dx: halves.dx }, { columns: 64, accumulate: true });
    expect(both.dx).toEqual(halves.dx.map((value) => 2 * value));
  });

  test('onto the memory that is read is refused', () => {
    const { gpu, device } = held;
    const dy = poisoned(device, 4);
    submit(device, (pass) =>
      expect(() =>
        gpu.encodeBackward(pass, 'relu', { x: poisoned(device, 4), dy, dx: dy, length: 4 }, { accumulate: true }),
      ).toThrow(/expected dx apart from dy when accumulate is true/),
    );
  });
});

describe('sums are right wherever they are finite', () => {
  /** dBias of the identity is Σ dy, and dWeight of prelu at x < 0 is Σ dy·x; both by the array call and recorded. */
  async function sumsOf(x: Float32Array, dy: Float32Array, given = 0): Promise<Record<string, number[]>> {
    const { gpu, device } = held;
    const n = x.length;
    const one = { weight: new Float32Array(1), bias: new Float32Array(1) };
    const start = { dWeight: new Float32Array([given]), dBias: new Float32Array([given]) };
    const accumulated = { ...start, dx: new Float32Array(n) };
    const arrays = given
      ? await gpu.backward('prelu', { x, dy, ...one, ...accumulated }, { accumulate: true })
      : await gpu.backward('prelu', { x, dy, ...one });
    const identity = given
      ? await gpu.backward(
          'identity',
          { x, dy, bias: one.bias, dBias: start.dBias, dx: accumulated.dx },
          { channels: 1, accumulate: true },
        )
      : await gpu.backward('identity', { x, dy, bias: one.bias }, { channels: 1 });
    const result = (): GPUBuffer => bufferOf(device, [given, 0, 0, 0]);
    const outputs = { dWeight: result(), dBias: result(), identity: result() };
    const inputs = { x: bufferOf(device, x), dy: bufferOf(device, dy), length: n };
    const learned = { weight: bufferOf(device, [0]), bias: bufferOf(device, [0]) };
    submit(device, (pass) => {
      const { dWeight, dBias, identity } = outputs;
      const dx = (): GPUBuffer => bufferOf(device, new Float32Array(n));
      const accumulate = given !== 0;
      gpu.encodeBackward(pass, 'prelu', { ...inputs, ...learned, dx: dx(), dWeight, dBias }, { accumulate });
      const { bias } = learned;
      gpu.encodeBackward(pass, 'identity', { ...inputs, bias, dx: dx(), dBias: identity }, { channels: 1, accumulate });
    });
    const first = async (buffer: GPUBuffer): Promise<number> => (await read(device, buffer))[0]!;
    return {
      dWeight: [arrays.dWeight[0]!, await first(outputs.dWeight)],
      dBias: [identity.dBias[0]!, await first(outputs.identity)],
    };
  }

  const huge = 3e38;
  const cases: [name: string, dy: number[], x: number[], dBias: number, dWeight: number][] = [
    ['large, that cancel', [huge, huge, -huge], [-1, -1, -1], huge, -huge],
    ['large and tiny', [huge, 1e-30, -huge, -1e-37], [-1, -1, -1, -1], 1e-30 - 1e-37, -(1e-30 - 1e-37)],
    ['products beyond float32', [1e30, 1e30, -1e30, 2], [-1e20, -1e20, -2e20, -3], 1e30, 0 - 6],
    ['a product of far apart factors', [2 ** 100, 3], [-(2 ** -100), -1], 2 ** 100, -4],
    ['beyond float32', [huge, huge, 1], [-1, -1, -1], Infinity, -Infinity],
    ['the largest', [3.4028234663852886e38, 1e30, -1e30], [-1, -1, -1], 3.4028234663852886e38, -3.4028234663852886e38],
  ];
  test.each(cases)('%s', async (_name, dy, x, dBias, dWeight) => {
    for (const repeat of [1, 5, 700]) {
      // the rest are zeros, so that what is added lies in many threads
      const spread = (values: number[], rest: number): Float32Array => {
        const all = new Float32Array(values.length * repeat).fill(rest);
        for (const [index, value] of values.entries()) all[index * repeat] = value;
        return all;
      };
      const got = await sumsOf(spread(x, -1), spread(dy, 0));
      for (const value of got.dBias!) expect(value).toBe(Math.fround(dBias));
      for (const value of got.dWeight!) expect(value).toBe(Math.fround(dWeight));
    }
  });

  test('many products below float32 whose sum is none', async () => {
    const n = 2 ** 20;
    const got = await sumsOf(new Float32Array(n).fill(-(2 ** -70)), new Float32Array(n).fill(2 ** -70));
    for (const value of got.dWeight!) expect(value).toBe(-(2 ** -120));
  });

  test('what accumulate adds to is one more term', async () => {
    const got = await sumsOf(new Float32Array(2).fill(-1), new Float32Array([huge, huge]), -huge);
    for (const value of got.dBias!) expect(value).toBe(Math.fround(huge));
  });

  test('a long array: nothing is lost between its pieces', async () => {
    const n = 2 ** 24;
    const dy = new Float32Array(n).map((_, i) => (i < n / 2 ? 0.1 : -0.1));
    dy[n - 1]! += 1e-3;
    const exact = dy[n - 1]! + Math.fround(0.1);
    for (const given of [0, -0.5]) {
      const options = { channels: 1, accumulate: given !== 0 } as const;
      const tensors = { x: dy, dy, bias: new Float32Array(1) };
      const { dBias } = given
        ? await held.gpu.backward(
            'identity',
            { ...tensors, dBias: new Float32Array([given]), dx: new Float32Array(n) },
            options,
          )
        : await held.gpu.backward('identity', tensors, options);
      expect(dBias[0]).toBe(Math.fround(exact + given));
    }
  });
});
