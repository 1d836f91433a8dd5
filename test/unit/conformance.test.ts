import { describe, expect, test } from 'vitest';
import type { ArrayCalls } from '../../src/check/compute.js';
import { checkVector } from '../../src/check/conformance.js';
import { parseVectors } from '../../src/check/vectors.js';
import { referenceCalls } from './reference_calls.js';

const gpu = referenceCalls();

/** A GPU whose every result is the given number. */
const constantCalls = (value: number): ArrayCalls => {
  const fill = (array: Float32Array) => new Float32Array(array.length).fill(value);
  return { forward: async (_, { x }) => ({ y: fill(x!) }), backward: async (_, { dy }) => ({ dx: fill(dy!) }) };
};

const base = { suite: 'mine', name: 'one', op: 'relu', direction: 'forward', params: {}, dtype: 'float32' };
const exactly = { metric: 'ULP', value: 0 };
const check = (vector: object, calls = gpu) =>
  checkVector(calls, parseVectors(JSON.stringify([{ ...base, tolerance: exactly, ...vector }]))[0]!);

describe('passing and failing', () => {
  const vector = { shape: [3], inputs: { x: [-1, 2, 'NaN'] }, expected: { y: [0, 2, 'NaN'] } };

  test('a right result', async () => {
    expect(await check(vector)).toMatchObject({ status: 'passed', values: 3, maxUlp: 0, maxAbs: 0 });
  });

  test('a wrong result names the worst value', async () => {
    expect(await check({ ...vector, expected: { y: [0, 2.5, 'NaN'] } })).toMatchObject({
      status: 'failed',
      reason: '1 values are further off than 0 ULP',
      maxAbs: 0.5,
      worst: { tensor: 'y', index: 1, x: 2, expected: 2.5, got: 2 },
    });
  });

  test.each([Number.NaN, Infinity, 0])('a GPU that only gives %f fails', async (value) => {
    const result = await check(vector, constantCalls(value));
    expect(result.status).toBe('failed');
    expect(result.maxUlp).toBe('Infinity');
  });

  test('a call that throws has failed', async () => {
    const broken: ArrayCalls = { ...gpu, forward: () => Promise.reject(new RangeError('no')) };
    expect(await check(vector, broken)).toMatchObject({ status: 'failed', reason: 'no', values: 0 });
  });

  test('at a kink a suite may take f′ of the other side, elsewhere not', async () => {
    const prelu = { op: 'prelu', direction: 'backward', shape: [3], tolerance: exactly };
    const inputs = { x: [-1, 0, 2], weight: [0.5], dy: [1, 1, 1] };
    const withGradient = (dx: number[]) => check({ ...prelu, inputs, shapes: { weight: [1] }, expected: { dx } });
    expect(await withGradient([0.5, 1, 1])).toMatchObject({ status: 'passed' });
    expect(await withGradient([0.5, 0.5, 1])).toMatchObject({ status: 'passed' });
    expect(await withGradient([0.5, 0.75, 1])).toMatchObject({ status: 'failed' });
    expect(await withGradient([1, 1, 1])).toMatchObject({ status: 'failed' });
  });

  test("ONNX's Shrink has a bias apart from lambda", async () => {
    const shrink = { op: 'Shrink', shape: [4], inputs: { x: [-2, -0.5, 0.2, 2] } };
    expect(await check({ ...shrink, expected: { y: [-2, 0, 0, 2] } })).toMatchObject({ status: 'passed' });
    const biased = { ...shrink, params: { lambda: 1.5, bias: 0.25 } };
    expect(await check({ ...biased, expected: { y: [-1.75, 0, 0, 1.75] } })).toMatchObject({ status: 'passed' });
    expect(await check({ ...biased, expected: { y: [-2, 0, 0, 2] } })).toMatchObject({ status: 'failed' });
  });

  test('the other side of a kink is right beside it', async () => {
    const hardSwish = { op: 'hardSwish', direction: 'backward', shape: [1], inputs: { x: [3], dy: [1] } };
    const tolerance = { metric: 'ATOL', value: 1e-5 };
    const withGradient = (dx: number) => check({ ...hardSwish, tolerance, expected: { dx: [dx] } });
    for (const dx of [1, 1.5]) expect(await withGradient(dx)).toMatchObject({ status: 'passed' });
    expect(await withGradient(1.5 - 2 ** -12)).toMatchObject({ status: 'failed' });
  });

  test('without a tolerance the library’s own bound holds, and a sum’s for the gradient of a weight', async () => {
    const shape = [1];
    const sigmoid = { op: 'sigmoid', direction: 'backward', shape, inputs: { x: [0], dy: [1] }, tolerance: null };
    expect(await check({ ...sigmoid, expected: { dx: [0.25] } })).toMatchObject({ status: 'passed' });
    expect(await check({ ...sigmoid, expected: { dx: [0.25 + 16 * 2 ** -25] } })).toMatchObject({ status: 'failed' });
    const inputs = { x: [-1], weight: [0.5], dy: [1] };
    const prelu = { op: 'prelu', direction: 'backward', shape, inputs, tolerance: null };
    expect(await check({ ...prelu, expected: { dWeight: [-1] } })).toMatchObject({ status: 'passed' });
    expect(await check({ ...prelu, expected: { dWeight: [-1 - 80 * 2 ** -24] } })).toMatchObject({ status: 'failed' });
  });

  test('no gradient from y where a parameter of 0 has lost x', async () => {
    const leaky = {
      op: 'leakyRelu',
      direction: 'backward',
      shape: [1],
      inputs: { y: [0], dy: [1] },
      expected: { dx: [0] },
    };
    expect(await check({ ...leaky, params: { alpha: 0 } })).toMatchObject({ status: 'unsupported' });
  });

  test('an empty array and a scalar', async () => {
    expect(await check({ shape: [0], inputs: { x: [] }, expected: { y: [] } })).toMatchObject({
      status: 'passed',
      values: 0,
    });
    expect(await check({ shape: [], inputs: { x: -3 }, expected: { y: 0 } })).toMatchObject({
      status: 'passed',
      values: 1,
    });
  });
});

describe('unsupported', () => {
  const vector = { shape: [1], inputs: { x: [1] }, expected: { y: [1] } };

  test.each([
    [{ op: 'nosuch' }, 'got "nosuch"'],
    [{ params: { alpha: 1 } }, 'parameter "alpha" of relu'],
    [{ params: { axis: 0 } }, 'parameter "axis" 0 of relu'],
    [{ params: { approximate: 'none' } }, 'parameter "approximate" "none" of relu'],
    [{ op: 'gelu', params: { approximate: 'erf' } }, 'parameter "approximate" "erf" of gelu'],
    [{ op: 'leakyRelu', params: { alpha: 'NaN' } }, 'alpha'],
    [{ op: 'leakyRelu', params: { alpha: [1] } }, 'alpha [1] of leakyRelu'],
    [{ dtype: 'float64' }, 'data type float64'],
    [{ inputs: { x: [1], bias: [1] } }, 'input "bias" of relu'],
    [{ expected: { y: [1], mask: [1] } }, 'output "mask" of relu.forward'],
    [{ direction: 'backward', expected: { dx: [1] } }, 'relu.backward without dy'],
    [
      { op: 'silu', direction: 'backward', inputs: { y: [1], dy: [1] }, expected: { dx: [1] } },
      'gradient of silu from y',
    ],
  ])('%j', async (changes, reason) => {
    const result = await check({ ...vector, ...changes });
    expect(result).toMatchObject({ status: 'unsupported', values: 0 });
    expect(result.reason).toContain(reason);
  });
});

describe('parameters', () => {
  test('aliases, and numbers spelled as text', async () => {
    const vector = { op: 'leaky_relu', params: { alpha: '-1' }, shape: [1], inputs: { x: [-2] }, expected: { y: [2] } };
    expect(await check({ ...vector, params: { alpha: -1 } })).toMatchObject({ status: 'passed' });
    expect(await check(vector)).toMatchObject({ status: 'unsupported' });
  });

  test.each([
    ['none', -0.15865525393145707],
    ['tanh', -0.15880800939172324],
    ['sigmoid', -0.15420423],
  ])('gelu approximate %s', async (approximate, y) => {
    const vector = { op: 'gelu', params: { approximate }, shape: [1], inputs: { x: [-1] }, expected: { y: [y] } };
    expect(await check({ ...vector, tolerance: null })).toMatchObject({ status: 'passed' });
  });
});

describe('data types', () => {
  test('inputs and results are rounded to float16', async () => {
    const vector = {
      op: 'identity',
      dtype: 'float16',
      shape: [2],
      inputs: { x: [0.1, 1e5] },
      expected: { y: [0.0999755859375, 'Infinity'] },
    };
    expect(await check(vector)).toMatchObject({ status: 'passed', values: 2 });
  });

  test('and to bfloat16', async () => {
    const vector = { op: 'identity', dtype: 'bfloat16', shape: [1], inputs: { x: [1.003] }, expected: { y: [1] } };
    expect(await check(vector)).toMatchObject({ status: 'passed' });
  });

  test('no tolerance means the bound of the catalogue', async () => {
    const vector = { op: 'sigmoid', shape: [1], inputs: { x: [0] }, tolerance: null };
    expect(await check({ ...vector, expected: { y: [0.5] } })).toMatchObject({ status: 'passed' });
    expect(await check({ ...vector, expected: { y: [0.500001] } })).toMatchObject({ status: 'failed' });
  });
});

describe('prelu broadcasts its weight as NumPy does', () => {
  const x = [-1, 2, -3, 4, -5, 6, -7, 8];
  const shapes = (weight: number[]) => ({
    x: [2, 2, 2],
    dy: [2, 2, 2],
    weight,
    dWeight: weight,
    y: [2, 2, 2],
    dx: [2, 2, 2],
  });
  const dy = [1, 1, 2, 2, 3, 3, 4, 4];

  test.each([
    [[], [10], [-10, 2, -30, 4, -50, 6, -70, 8], [-50]],
    [[1], [10], [-10, 2, -30, 4, -50, 6, -70, 8], [-50]],
    [[2], [10, 20], [-10, 2, -30, 4, -50, 6, -70, 8], [-50, 0]],
    [
      [2, 1],
      [10, 20],
      [-10, 2, -60, 4, -50, 6, -140, 8],
      [-16, -34],
    ],
    [
      [2, 1, 1],
      [10, 20],
      [-10, 2, -30, 4, -100, 6, -140, 8],
      [-7, -43],
    ],
    [
      [2, 1, 2],
      [10, 20, 30, 40],
      [-10, 2, -30, 4, -150, 6, -210, 8],
      [-7, 0, -43, 0],
    ],
    [
      [2, 2, 2],
      [1, 2, 3, 4, 5, 6, 7, 8],
      [-1, 2, -9, 4, -25, 6, -49, 8],
      [-1, 0, -6, 0, -15, 0, -28, 0],
    ],
  ])('a weight of shape %j', async (shape, weight, y, dWeight) => {
    const vector = { op: 'prelu', shape: [2, 2, 2], shapes: shapes(shape), inputs: { x, weight, dy } };
    expect(await check({ ...vector, expected: { y } })).toMatchObject({ status: 'passed', values: 8 });
    const backward = { ...vector, direction: 'backward', expected: { dWeight } };
    expect(await check(backward)).toMatchObject({ status: 'passed', values: weight.length });
  });

  test('a scalar x with a weight of one axis, and x that the weight repeats', async () => {
    const scalar = { op: 'prelu', direction: 'backward', shape: [], shapes: { weight: [1], dWeight: [1] } };
    const gradients = { inputs: { x: -2, slope: [0.5], dy: 3 }, expected: { dx: 1.5, dslope: [-6] } };
    expect(await check({ ...scalar, ...gradients })).toMatchObject({ status: 'passed', values: 2 });
    const repeated = { op: 'prelu', shape: [2], shapes: { x: [1], weight: [2], y: [2] } };
    expect(await check({ ...repeated, inputs: { x: [-1], weight: [2, 3] }, expected: { y: [-2, -3] } })).toMatchObject({
      status: 'passed',
    });
  });

  test('shapes that do not broadcast fail', async () => {
    const vector = {
      op: 'prelu',
      shape: [2, 2, 2],
      shapes: { weight: [3] },
      inputs: { x, weight: [1, 2, 3] },
      expected: { y: x },
    };
    expect(await check(vector)).toMatchObject({ status: 'failed' });
  });
});

describe('gated units', () => {
  const vector = { op: 'reglu', shape: [2], inputs: { gate: [-1, 2], up: [3, 5] } };

  test('gate and up apart', async () => {
    expect(await check({ ...vector, expected: { y: [0, 10] } })).toMatchObject({ status: 'passed', worst: { x: -1 } });
    const inputs = { ...vector.inputs, dy: [1, 7] };
    const backward = { ...vector, direction: 'backward', inputs, expected: { dGate: [0, 35], dUp: [0, 14] } };
    expect(await check(backward)).toMatchObject({ status: 'passed', values: 4 });
  });

  const halves = { op: 'reglu', shape: [3, 2], shapes: { y: [3, 1] }, inputs: { x: [-1, 3, 1, 2, 3, 2] } };

  test.each([
    ['reglu', {}, [0, 2, 6]],
    ['reglu', { gateFirst: false }, [-3, 2, 6]],
    ['bilinear', { axis: 1 }, [-3, 2, 6]],
  ])('%s of the halves of one x, %j', async (op, params, y) => {
    expect(await check({ ...halves, op, params, expected: { y } })).toMatchObject({ status: 'passed', values: 3 });
  });

  test.each([
    [{ halves: 'interleaved' }, [0, 10, 21, 8]],
    [{ halves: 'interleaved', gateFirst: false }, [-3, 10, 21, 8]],
    [{ halves: 'split' }, [0, 15, 12, 14]],
    [{ halves: 'interleaved', axis: 0 }, [0, 21, 8, 10]],
  ])('gate and up of one x, %j', async (params, y) => {
    const shapes = { x: [2, 4], y: 'axis' in params ? [1, 4] : [2, 2] };
    const inputs = { x: [-1, 3, 2, 5, 3, 7, 4, 2] };
    for (const op of ['reglu', 'relu'])
      expect(await check({ op, params, shapes, inputs, expected: { y } })).toMatchObject({
        status: 'passed',
        values: 4,
      });
  });

  test('their gradients lie as they do, and a learned parameter broadcasts against y', async () => {
    const params = { halves: 'interleaved' };
    const shapes = { x: [2, 4], dy: [2, 2], alpha: [2], dAlpha: [2], y: [2, 2] };
    const inputs = { x: [-1, 3, 2, 5, 3, 7, -4, 2], dy: [1, 1, 2, 3], alpha: [10, 20] };
    const vector = { op: 'leakyRelu', params, shapes, inputs };
    expect(await check({ ...vector, expected: { y: [-30, 10, 21, -160] } })).toMatchObject({ status: 'passed' });
    const expected = { dx: [30, -10, 5, 2, 14, 6, 120, -240], dAlpha: [-3, -24] };
    expect(await check({ ...vector, direction: 'backward', expected })).toMatchObject({ status: 'passed', values: 10 });
  });

  test('learned parameters of several shapes', async () => {
    const shapes = { x: [2, 2], y: [2, 2], alpha: [2], beta: [1], dAlpha: [2], dBeta: [1], dy: [2, 2] };
    const affine = { op: 'affine', shapes, inputs: { x: [1, 2, 3, 4], alpha: [10, 100], beta: [5], dy: [1, 1, 1, 2] } };
    expect(await check({ ...affine, expected: { y: [15, 205, 35, 405] } })).toMatchObject({ status: 'passed' });
    const expected = { dx: [10, 100, 10, 200], dAlpha: [4, 10], dBeta: [5] };
    expect(await check({ ...affine, direction: 'backward', expected })).toMatchObject({ status: 'passed', values: 7 });
    const apart = { ...affine, shapes: { ...shapes, alpha: [2], beta: [2, 1], dAlpha: [2], dBeta: [2, 1] } };
    const inputs = { ...affine.inputs, beta: [5, 6] };
    expect(await check({ ...apart, inputs, expected: { y: [15, 205, 36, 406] } })).toMatchObject({ status: 'passed' });
    const sums = { dAlpha: [4, 10], dBeta: [2, 3] };
    expect(await check({ ...apart, inputs, direction: 'backward', expected: sums })).toMatchObject({
      status: 'passed',
    });
  });

  test('glu takes its gate from the second half, and gives one dx', async () => {
    const inputs = { x: [4, 0, 8, 0, 2, 0], dy: [1, 1, 1] };
    const shapes = { dy: [3, 1] };
    const vector = { ...halves, op: 'glu', direction: 'backward', shapes, inputs };
    expect(await check({ ...vector, expected: { dx: [0.5, 1, 0.5, 2, 0.5, 0.5] } })).toMatchObject({
      status: 'passed',
    });
  });

  test('an odd axis fails, a gateFirst that is no truth value is unsupported', async () => {
    const expected = { y: [0, 0, 0] };
    expect(await check({ ...halves, params: { axis: 0 }, expected })).toMatchObject({ status: 'failed' });
    expect(await check({ ...halves, params: { gateFirst: 'no' }, expected })).toMatchObject({ status: 'unsupported' });
    expect(await check({ ...halves, params: { halves: 'thirds' }, expected })).toMatchObject({ status: 'unsupported' });
    expect(await check({ ...halves, op: 'relu', params: { gateFirst: true }, expected })).toMatchObject({
      status: 'unsupported',
    });
  });
});

describe('rows', () => {
  const third = Math.log(3);
  const vector = { op: 'softmax', shape: [2, 2], inputs: { x: [0, third, third, 0] }, tolerance: null };

  test('the logarithm of their sums beside y', async () => {
    const shapes = { logSumExp: [2, 1] };
    const sums = [Math.log(4), Math.log(4)];
    const expected = { y: [0.25, 0.75, 0.75, 0.25], logSumExp: sums };
    expect(await check({ ...vector, shapes, expected })).toMatchObject({ status: 'passed', values: 6 });
    const wrong = { ...expected, logSumExp: [Math.log(4), 1.4] };
    expect(await check({ ...vector, shapes, expected: wrong })).toMatchObject({ status: 'failed' });
    expect(await check({ ...vector, op: 'hardmax', shapes, expected })).toMatchObject({ status: 'unsupported' });
  });

  test.each([
    ['[2] over axis 1', 1, [2], [0, '-Infinity'], [1, 0, 1, 0]],
    ['[2] over axis 0', 0, [2], [0, '-Infinity'], [0.25, 'NaN', 0.75, 'NaN']],
    ['[2, 1] over axis 0', 0, [2, 1], [0, '-Infinity'], [1, 1, 0, 0]],
    ['[1] over axis 0', 0, [1], [5], [0.25, 0.75, 0.75, 0.25]],
  ])('a mask of shape %s', async (_, axis, mask, values, y) => {
    const inputs = { ...vector.inputs, mask: values };
    const masked = { ...vector, params: { axis }, shapes: { mask }, inputs, expected: { y } };
    expect(await check(masked)).toMatchObject({ status: 'passed', values: 4 });
  });
});

describe('backward', () => {
  test('y in place of x', async () => {
    const vector = { op: 'sigmoid', direction: 'backward', shape: [1], inputs: { y: [0.25], dy: [1] } };
    const expected = { dx: [0.1875] };
    const seen: string[] = [];
    const spy: ArrayCalls = {
      ...gpu,
      backward: async (_, tensors) => {
        seen.push(...Object.keys(tensors).sort());
        return { dx: Float32Array.of(0.1875) };
      },
    };
    expect(await check({ ...vector, expected }, spy)).toMatchObject({ status: 'passed', worst: { x: 0.25 } });
    expect(seen).toEqual(['dy', 'y']);
  });
});
