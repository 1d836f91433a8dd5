/** Numbers at which functions are easily wrong: zeros of either sign beside infinite parameters, tails, ONNX's conventions. */
import { expect, test } from 'vitest';
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
