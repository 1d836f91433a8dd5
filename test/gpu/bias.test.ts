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
