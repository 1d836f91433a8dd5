import { describe, expect, test } from 'vitest';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import type { ArrayCalls } from '../../src/check/compute.js';
import { check, checkVector, parseVectors } from '../../src/check/index.js';
import { familyOf } from '../../src/forms.js';
import publicVectors from '../vectors/public.json?raw';
import { useDevice } from './support.js';

const names = Object.keys(catalogue);

const held = useDevice();
const calls = () => held.gpu as unknown as ArrayCalls;

describe('the stratified sample on the GPU', () => {
  test.each(names)('%s', async (name) => {
    const results = await check(calls(), name, { count: 2 ** 14 });
    const family = familyOf(resolveActivation(name));
    // y and dx, or dGate and dUp; the gradient of what may be learned twice; rows of three lengths
    const { learned } = resolveActivation(name);
    const expected = { elementwise: 2, gated: 3, channelwise: 2, rowwise: 6 }[family] + 2 * Object.keys(learned).length;
    expect(results.map(({ status, name, reason }) => [status, name, reason])).toEqual(
      results.map(({ name }) => ['passed', name, undefined]),
    );
    expect(results).toHaveLength(expected);
  });

  // The threshold is 0.5, which is 0x3f00; the low half of the word is odd.
  test('hardshrink of two halves of one word, by their bits', async () => {
    const { y } = await held.gpu.forward('hardshrink', { x: Uint16Array.of(0x3f81, 0x3f00) }, { dtype: 'bf16' });
    expect([...(y as Uint16Array)]).toEqual([0x3f81, 0]);
    const { dx } = await held.gpu.backward(
      'hardshrink',
      { x: Uint16Array.of(0x3f81, 0x3f00), dy: Uint16Array.of(0x3f81, 0x3f83) },
      { dtype: 'bf16' },
    );
    expect([...(dx as Uint16Array)]).toEqual([0x3f81, 0]);
  });

  test('a row whose first element is a little off is found out', async () => {
    const wrong: ArrayCalls = {
      forward: async (name, { x }, options) => {
        const { columns } = options as { columns: number };
        const { y } = await calls().forward(name, { x: x!.map((v, i) => (i % columns ? v : v - 1e-5)) }, options);
        return { y: y! };
      },
      backward: (name, tensors, options) => calls().backward(name, tensors, options),
    };
    const results = await check(wrong, 'softmax', { count: 2 ** 14 });
    expect(results.map(({ status }) => status)).toEqual(['failed', 'passed', 'failed', 'passed', 'failed', 'passed']);
  });

  test('another parameter than the reference’s is found out', async () => {
    const wrong: ArrayCalls = {
      forward: (name, tensors) => calls().forward(name, tensors, { alpha: 0.02 }),
      backward: (name, tensors, options) => calls().backward(name, tensors, options),
    };
    const results = await check(wrong, 'leakyRelu', { count: 2 ** 14 });
    expect(results.map(({ status }) => status)).toEqual(['failed', 'passed', 'passed', 'passed']);
  });
});

describe('vectors on the GPU', () => {
  const vector = { suite: 'test', name: 'prelu', op: 'PReLU', dtype: 'float32', shape: [2, 2, 2], tolerance: null };
  const x = [-1, 2, -3, 4, -5, 6, -7, 8];

  test.each([
    [
      [2, 1],
      [10, 20],
      [-10, 2, -60, 4, -50, 6, -140, 8],
      [-6, -10],
    ],
    [
      [2, 1, 2],
      [10, 20, 30, 40],
      [-10, 2, -30, 4, -150, 6, -210, 8],
      [-4, 0, -12, 0],
    ],
  ])('a prelu weight of shape %j', async (shape, weight, y, dWeight) => {
    const inputs = { x, weight, dy: x.map(() => 1) };
    const shapes = { weight: shape };
    const vectors = [
      { ...vector, direction: 'forward', shapes, inputs, expected: { y } },
      { ...vector, direction: 'backward', shapes, inputs, expected: { dWeight } },
    ];
    for (const parsed of parseVectors(JSON.stringify(vectors)))
      expect(await checkVector(calls(), parsed)).toMatchObject({ status: 'passed' });
  });

  test('scale, sinks, rows that see some columns, learned parameters of one value', async () => {
    const facts = { ...vector, tolerance: { metric: 'ATOL', value: 1e-6 } };
    const softmax = { ...facts, op: 'softmax', shape: [2, 3], params: { scale: 0.5 } };
    const rows = { x: [1, 2, 3, 4, 5, 6], sink: [0] };
    const vectors = [
      {
        ...softmax,
        direction: 'forward',
        inputs: rows,
        expected: { y: [0.1674051, 0.2760043, 0.4550542, 0.1817409, 0.2996401, 0.494023] },
      },
      {
        ...softmax,
        direction: 'backward',
        inputs: { ...rows, dy: [1, 0, 0, 1, 0, 0] },
        expected: { dx: [0.0696903, -0.0231023, -0.0380892, 0.0743556, -0.0272284, -0.0448921], dSink: [-0.0214678] },
      },
      {
        ...facts,
        op: 'softmax',
        direction: 'forward',
        shape: [3, 2],
        params: { causal: -1, empty: 'zero' },
        inputs: { x: [1, 2, 3, 4, 5, 5] },
        expected: { y: [0, 0, 1, 0, 0.5, 0.5] },
      },
      {
        ...facts,
        op: 'snake',
        direction: 'backward',
        shape: [2],
        inputs: { x: [1, 2], alpha: [1], dy: [1, 1] },
        expected: { dAlpha: [-2.1392028] },
      },
    ];
    for (const parsed of parseVectors(JSON.stringify(vectors))) {
      const { status, reason, values } = await checkVector(calls(), parsed);
      expect([status, reason]).toEqual(['passed', undefined]);
      expect(values).toBe(Object.values(parsed.expected).reduce((sum, tensor) => sum + tensor.values.length, 0));
    }
  });

  test('a wrong expectation fails', async () => {
    const wrong = {
      ...vector,
      op: 'relu',
      direction: 'forward',
      shape: [2],
      inputs: { x: [-1, 1] },
      expected: { y: [0, 1.001] },
    };
    const [parsed] = parseVectors(JSON.stringify([wrong]));
    expect(await checkVector(calls(), parsed!)).toMatchObject({ status: 'failed', worst: { index: 1, x: 1, got: 1 } });
  });

  test('a scalar and an empty array', async () => {
    const facts = { ...vector, op: 'relu', direction: 'backward' };
    const vectors = [
      { ...facts, shape: [], inputs: { x: -2, dy: 'NaN' }, expected: { dx: 0 } },
      { ...facts, shape: [0, 3], inputs: { x: [], dy: [] }, expected: { dx: [] } },
    ];
    for (const parsed of parseVectors(JSON.stringify(vectors)))
      expect(await checkVector(calls(), parsed)).toMatchObject({ status: 'passed' });
  });
});

describe('the tests of other projects', () => {
  const vectors = parseVectors(publicVectors);
  test.each([...new Set(vectors.map(({ suite }) => suite))])('%s', async (suite) => {
    for (const vector of vectors.filter((each) => each.suite === suite)) {
      const { name, status, reason } = await checkVector(calls(), vector);
      expect([name, status, reason]).toEqual([name, 'passed', undefined]);
    }
  });
});
