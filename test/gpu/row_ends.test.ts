/** Rows of which a step on the way is larger than a float32, although the result is none. */
import { expect, test } from 'vitest';
import { dynamic } from '../../src/index.js';
import { useDevice } from './support.js';

const held = useDevice();
const of = (...values: number[]): Float32Array<ArrayBuffer> => Float32Array.from(values);
const LARGEST = 3.4028234663852886e38;

test.each([
  [of(1, 2, -LARGEST, -LARGEST), 0.1 * 0.5 * LARGEST],
  [of(0, 0, -1e38, -1e38, -1e38, -1e38, -1e38, -1e38), 0.075e38],
  [of(3e38, -3e38, 3e38, 3e38), 0.15e38],
])('crossEntropy with labelSmoothing of logits masked by the least float32', async (x, exact) => {
  const options = { columns: x.length, labelSmoothing: 0.1 };
  const { loss } = await held.gpu.forward('crossEntropy', { x, labels: Uint32Array.of(0) }, options);
  expect(loss[0]! / exact).toBeCloseTo(1, 6);
});

test.each([60, 86.6, 87.3, 87.5, 87.7, 87.99, 88.1])('logSumExp with a sink %f above the row', async (sink) => {
  const tensors = { x: of(0, -1), sink: of(sink) };
  const { y, logSumExp } = await held.gpu.forward('softmax', tensors, { columns: 2, logSumExp: true });
  expect(logSumExp![0]).toBeCloseTo(sink, 4);
  const exact = [0, -1].map((x) => Math.exp(x - Math.fround(sink)));
  // what is below 2^-126 may be 0
  for (const [i, value] of exact.entries())
    expect(Math.abs(y[i]! - value)).toBeLessThanOrEqual(value < 2 ** -126 ? 2 ** -126 : 2e-7 * value);
  const { dx } = await held.gpu.backward(
    'softmax',
    { ...tensors, logSumExp: logSumExp!, dy: of(1, 1) },
    { columns: 2 },
  );
  expect([...dx].every(Number.isFinite)).toBe(true);
});

test.each([
  [0.125, of(1.8e38, -1.8e38)],
  [1e-6, of(3e38, -3e38)],
])('logSoftmax with scale %f of logits further apart than float32 reaches', async (scale, x) => {
  const { y } = await held.gpu.forward('logSoftmax', { x }, { columns: 2, scale });
  expect(y[0]).toBe(0);
  expect(y[1]! / (scale * (x[1]! - x[0]!))).toBeCloseTo(1, 6);
});

test('a mask that ends within a row is refused', async () => {
  const wrong = (x: number, mask: number, options: Record<string, unknown> = { columns: 4 }) =>
    dynamic(held.gpu).forward('softmax', { x: new Float32Array(x), mask: new Float32Array(mask) }, options);
  await expect(wrong(12, 6)).rejects.toThrow('softmax.forward: expected mask of rows of 4 elements');
  await expect(wrong(20, 10)).rejects.toThrow('softmax.forward: expected mask of rows of 4 elements');
  await expect(wrong(0, 2, {})).rejects.toThrow('softmax.forward: expected mask of length 0, got 2');
});
