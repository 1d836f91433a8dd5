/** The worked examples of a course on activation functions. */
import { expect, test } from 'vitest';
import type { ActivationName } from '../../src/index.js';
import { useDevice } from './support.js';

const held = useDevice();

async function value(name: ActivationName, x: number): Promise<number> {
  return (await held.gpu.forward(name, { x: new Float32Array([x]) })).y[0]!;
}
async function derivative(name: Exclude<ActivationName, 'prelu'>, x: number): Promise<number> {
  const tensors = { x: new Float32Array([x]), dy: new Float32Array([1]) };
  return ((await held.gpu.backward(name as 'relu', tensors)) as { dx: Float32Array }).dx[0]!;
}

test('the gradients of sigmoid and tanh at 3', async () => {
  expect(await derivative('sigmoid', 3)).toBeCloseTo(0.0452, 4);
  expect(await derivative('tanh', 3)).toBeCloseTo(0.0099, 4);
});

test.each([
  ['sigmoid', 0.1192],
  ['tanh', -0.964],
  ['relu', 0],
  ['leakyRelu', -0.02],
  ['gelu', -0.0455],
] as const)('%s at −2 is %f', async (name, expected) => {
  expect(await value(name, -2)).toBeCloseTo(expected, 4);
});

test('tanh(x) = 2σ(2x) − 1 and silu′ = σ + silu·(1 − σ)', async () => {
  for (const x of [-3, -0.5, 0.25, 1, 4]) {
    expect(await value('tanh', x)).toBeCloseTo(2 * (await value('sigmoid', 2 * x)) - 1, 6);
    const sigmoid = await value('sigmoid', x);
    expect(await derivative('silu', x)).toBeCloseTo(sigmoid + (await value('silu', x)) * (1 - sigmoid), 6);
  }
});

test('∂prelu/∂a is x below 0 and 0 above', async () => {
  for (const [x, expected] of [
    [-2, -2],
    [-0.5, -0.5],
    [0, 0],
    [3, 0],
  ] as const) {
    const one = new Float32Array([1]);
    const { dWeight } = await held.gpu.backward('prelu', {
      x: new Float32Array([x]),
      weight: new Float32Array([0.25]),
      dy: one,
    });
    expect(dWeight[0]).toBe(expected);
  }
});

test('twenty sigmoid layers at x = 3 leave a gradient near 10⁻²⁷', async () => {
  let dy = new Float32Array([1]);
  for (let layer = 0; layer < 20; layer++)
    dy = (await held.gpu.backward('sigmoid', { x: new Float32Array([3]), dy })).dx;
  expect(Math.round(Math.log10(dy[0]!))).toBe(-27);
});

test('the ReLU neuron w = (−2, −3), b = 1 is dead on (1, 1) and (2, 2): no output, no gradient', async () => {
  const x = new Float32Array(
    [
      [1, 1],
      [2, 2],
    ].map(([first, second]) => -2 * first! - 3 * second! + 1),
  );
  expect((await held.gpu.forward('relu', { x })).y).toEqual(new Float32Array([0, 0]));
  expect((await held.gpu.backward('relu', { x, dy: new Float32Array([1, 1]) })).dx).toEqual(new Float32Array([0, 0]));
});
