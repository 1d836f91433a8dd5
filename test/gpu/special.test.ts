/** Numbers at which functions are easily wrong: zeros of either sign beside infinite parameters, tails, ONNX's conventions. */
import { expect, test } from 'vitest';
import { ulpError } from '../../src/check/index.js';
import { dynamic } from '../../src/index.js';
import { useDevice } from './support.js';

const held = useDevice();

test.each([Infinity, -Infinity, NaN])('prelu of both zeros with a weight of %f is those zeros', async (weight) => {
  const { y } = await held.gpu.forward('prelu', {
    x: new Float32Array([0, -0, 1]),
    weight: new Float32Array([weight]),
  });
  expect([...y]).toEqual([0, -0, 1]);
});

test('shrink has a bias of its own, 0 unless given', async () => {
  const x = new Float32Array([-2, -0.5, 0.2, 2]);
  expect([...(await held.gpu.forward('shrink', { x })).y]).toEqual([-2, 0, 0, 2]);
  const { y } = await held.gpu.forward('shrink', { x }, { lambda: 0.5, bias: 0.5 });
  expect(y).toEqual((await held.gpu.forward('softshrink', { x })).y);
  const { dx } = await held.gpu.backward('shrink', { x, dy: x }, { bias: 3 });
  expect([...dx].map((value) => value + 0)).toEqual([-2, 0, 0, 2]);
});

test.each(['gelu', 'geluTanh', 'mish'] as const)(
  '%s: where f′ is below every float32, a large dy gives 0',
  async (name) => {
    const x = new Float32Array([name === 'mish' ? -150 : -20, -1e30, -Infinity]);
    const { dx } = await held.gpu.backward(name, { x, dy: x.map(() => 1e38) });
    expect([...dx].map((value) => value + 0)).toEqual([0, 0, 0]);
  },
);

/** y of some inputs, −0 as 0. */
async function valuesOf(name: string, x: readonly number[], options: Record<string, number>): Promise<number[]> {
  const { y } = await dynamic(held.gpu).forward(name, { x: Float32Array.from(x) }, options);
  return [...(y as Float32Array)].map((value) => value + 0);
}

test.each<[name: string, options: Record<string, number>, x: number[], y: number[]]>([
  // where terms cancel, or factors are 0, y has a limit at ±∞
  ['xielu', { alphaN: 0.5 }, [-Infinity, Infinity], [-0.5, Infinity]],
  ['xielu', { alphaN: 3, beta: 3 }, [-Infinity, Infinity], [-3, Infinity]],
  ['xielu', { alphaP: 0, beta: 0 }, [-Infinity, Infinity, 1e38], [Infinity, 0, 0]],
  ['xielu', { alphaN: 0, beta: 0 }, [-Infinity, -1e38], [0, 0]],
  ['xielu', { alphaN: 0.1, beta: 0.25 }, [-Infinity, Infinity], [-Infinity, Infinity]],
  // σ ends at ±∞ however small its factor is
  ['swish', { beta: 1.7e-37 }, [-Infinity, Infinity], [0, Infinity]],
  ['swish', { beta: -1.7e-37 }, [-Infinity, Infinity], [-Infinity, 0]],
  ['swish', { beta: 0 }, [-Infinity, Infinity], [-Infinity, Infinity]],
  // x + sin²(αx)/α is beyond float32
  ['snake', { alpha: 2e-38 }, [3.4028234663852886e38], [Infinity]],
])('%s with %o at its ends', async (name, options, x, y) => {
  expect(await valuesOf(name, x, options)).toEqual(y);
});

test('swigluOai of −∞ with a small alpha is 0', async () => {
  const [gate, up] = [Float32Array.of(-Infinity), Float32Array.of(1)];
  const { y } = await held.gpu.forward('swigluOai', { gate, up }, { alpha: 1e-37 });
  expect(y[0]! + 0).toBe(0);
  const { dGate } = await held.gpu.backward('swigluOai', { gate, up, dy: up }, { alpha: 1e-37 });
  expect(dGate[0]! + 0).toBe(0);
});

test('xielu before −1 is right where its terms are larger than it', async () => {
  const options = { alphaN: 1.3, beta: 0.0004939349930696774 };
  const [first, second] = await valuesOf('xielu', [-1.5593844652175903, -1.5516573190689087], options);
  expect(ulpError(first!, 0.9997746276905017)).toBeLessThan(2);
  expect(ulpError(second!, 0.9918535137999104)).toBeLessThan(2);
});

test('clippedRelu below a threshold is rounded once', async () => {
  const options = { slope: 0.3333333432674408, threshold: 0.10000000149011612 };
  const [y] = await valuesOf('clippedRelu', [-0.07433366775512695], options);
  expect(y).toBe(-0.058111224323511124);
});
