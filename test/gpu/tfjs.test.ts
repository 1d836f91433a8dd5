/** tfjs with this library's kernels: against float64, beside what tfjs does by itself. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as activations from '../../src/activations.js';
import { defineActivation } from '../../src/define.js';
import { reference } from '../../src/reference/index.js';
import type { WebGPUBackend } from '../../src/tfjs/backend.js';
import * as adapter from '../../src/tfjs/index.js';

const CPU_FORWARD = 'WEBGPU_CPU_FORWARD';
let errors: string[] = [];

beforeAll(async () => {
  await tf.setBackend('webgpu');
  backend().device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
});
beforeEach(() => {
  errors = [];
  tf.env().set(CPU_FORWARD, false);
  adapter.register();
});
afterEach(async () => {
  await backend().device.queue.onSubmittedWorkDone();
  expect(errors).toEqual([]);
});

const backend = () => tf.backend() as unknown as WebGPUBackend;

type Fn = (x: tf.Tensor) => tf.Tensor;
const slopeOf = (f: Fn) => tf.grad((x: tf.Tensor) => f(x));
const numbers = async (tensor: tf.Tensor): Promise<number[]> => Array.from(await tensor.data());

/** At most `ulp` float32 steps off; what is below the normal numbers may be flushed. */
function expectClose(got: ArrayLike<number>, exact: ArrayLike<number>, ulp = 4): void {
  expect(got.length).toBe(exact.length);
  for (let i = 0; i < exact.length; i++)
    expect(Math.abs(got[i]! - exact[i]!), `${i}: ${got[i]}, exactly ${exact[i]}`).toBeLessThanOrEqual(
      ulp * 2 ** -23 * Math.abs(exact[i]!) + 2 ** -126,
    );
}

/** At most `far` off, whatever the size. */
function expectNear(got: ArrayLike<number>, exact: ArrayLike<number>, far: number): void {
  expect(got.length).toBe(exact.length);
  for (let i = 0; i < exact.length; i++)
    expect(Math.abs(got[i]! - exact[i]!), `${i}: ${got[i]}, exactly ${exact[i]}`).toBeLessThanOrEqual(far);
}

const xs = [-87, -30, -9.5, -3.25, -1, -0.125, -1e-8, 1e-8, 0.125, 1, 2.75, 5.5, 12, 20, 86];
const at = (fn: (x: number) => number): number[] => xs.map((x) => fn(Math.fround(x)));

interface Case {
  readonly name: string;
  readonly f: Fn;
  readonly of: keyof typeof reference;
  readonly parameters?: Record<string, number>;
}
const cases: readonly Case[] = [
  { name: 'relu', f: tf.relu, of: 'relu' },
  { name: 'relu6', f: tf.relu6, of: 'relu6' },
  { name: 'leakyRelu', f: (x) => tf.leakyRelu(x, 0.25), of: 'leakyRelu', parameters: { alpha: 0.25 } },
  { name: 'elu', f: tf.elu, of: 'elu', parameters: { alpha: 1 } },
  { name: 'selu', f: tf.selu, of: 'selu' },
  { name: 'sigmoid', f: tf.sigmoid, of: 'sigmoid' },
  { name: 'softplus', f: tf.softplus, of: 'softplus', parameters: { beta: 1 } },
  { name: 'tanh', f: tf.tanh, of: 'tanh' },
  { name: 'exp', f: tf.exp, of: 'exponential' },
  { name: 'erf', f: tf.erf, of: 'erf' },
  { name: 'gelu', f: adapter.gelu, of: 'gelu' },
  { name: 'geluTanh', f: adapter.geluTanh, of: 'geluTanh' },
  { name: 'silu', f: adapter.silu, of: 'silu' },
  { name: 'swish', f: (x) => adapter.swish(x, { beta: 1.5 }), of: 'swish', parameters: { beta: 1.5 } },
  { name: 'mish', f: adapter.mish, of: 'mish' },
  { name: 'hardSwish', f: adapter.hardSwish, of: 'hardSwish' },
  { name: 'softsign', f: adapter.softsign, of: 'softsign' },
  { name: 'logSigmoid', f: adapter.logSigmoid, of: 'logSigmoid' },
];

describe.each(cases)('$name', ({ f, of, parameters = {} }) => {
  const { value, derivative } = reference[of as 'gelu'];

  test('value and gradient, at most 4 ULP off', async () => {
    const x = tf.tensor2d(xs, [3, 5]);
    const y = f(x);
    expect([y.shape, y.dtype]).toEqual([[3, 5], 'float32']);
    expectClose(
      await numbers(y),
      at((one) => value(one, parameters as never)),
    );
    const dx = slopeOf(f)(x, tf.fill([3, 5], 2));
    expect([dx.shape, dx.dtype]).toEqual([[3, 5], 'float32']);
    expectClose(
      await numbers(dx),
      at((one) => 2 * derivative(one, parameters as never)),
    );
  });

  test('of a number, and of nothing', async () => {
    expectClose(await numbers(f(tf.scalar(1.5))), [value(1.5, parameters as never)]);
    const nothing = f(tf.zeros([0, 3]));
    expect([nothing.shape, await numbers(nothing)]).toEqual([[0, 3], []]);
  });
});

test('a gradient is one kernel of its own name', async () => {
  const x = tf.tensor1d(xs);
  const { kernels } = await tf.profile(() => slopeOf(tf.selu)(x, x as never));
  expect(kernels.map(({ name }) => name)).toEqual(['Identity', 'Selu', 'SeluBackward']);
  // a software adapter may tell no time
  expect(kernels.every(({ kernelTimeMs }) => Number(kernelTimeMs) >= 0)).toBe(true);
});

test('without the adapter: tfjs as it was, and what is named alone', async () => {
  const x = tf.tensor1d(xs);
  const kernelsOf = async (f: Fn) => (await tf.profile(() => slopeOf(f)(x))).kernels.map(({ name }) => name);
  adapter.unregister();
  expect(await kernelsOf(tf.sigmoid)).not.toContain('SigmoidBackward');
  adapter.register(['Sigmoid']);
  expect(await kernelsOf(tf.sigmoid)).toContain('SigmoidBackward');
  expect(await kernelsOf(tf.selu)).not.toContain('SeluBackward');
  expect(() => adapter.register(['Sigmund'])).toThrow('register: expected Relu, Relu6');
  const wrong = 'Sigmoid' as unknown as string[];
  expect(() => adapter.register(wrong)).toThrow('register: expected an array of names, got "Sigmoid"');
});

test('gradients of gradients, by the formulas of tfjs', async () => {
  const x = [-2, -0.5, 0.25, 1];
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const slope = (x: number) => sigmoid(x) * (1 - sigmoid(x));
  const exact: [Fn, (x: number) => number][] = [
    [tf.sigmoid, (x) => slope(x) * (1 - 2 * sigmoid(x))],
    [tf.tanh, (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2)],
    [tf.softplus, slope],
    [tf.erf, (x) => (-4 * x * Math.exp(-x * x)) / Math.sqrt(Math.PI)],
    [tf.relu, () => 0],
  ];
  for (const [f, second] of exact) {
    const got = tf.grad((x: tf.Tensor) => slopeOf(f)(x))(tf.tensor1d(x));
    expectNear(await numbers(got), x.map(second), 2e-6);
  }
});

describe('prelu', () => {
  const values = Float32Array.from({ length: 24 }, (_, i) => (i % 7) - 3.5);
  test.each([
    { shape: [2, 3, 4], slopes: [4], channel: (i: number) => i % 4 },
    { shape: [2, 3, 4], slopes: [3, 4], channel: (i: number) => i % 12 },
    { shape: [2, 3, 4], slopes: [3, 1], channel: (i: number) => Math.floor(i / 4) % 3 },
    { shape: [2, 3, 4], slopes: [2, 1, 1], channel: (i: number) => Math.floor(i / 12) },
    { shape: [2, 3, 4], slopes: [1], channel: () => 0 },
    // left to tfjs: slopes with a hole, and x that is broadcast
    { shape: [2, 3, 4], slopes: [2, 1, 4], channel: (i: number) => Math.floor(i / 12) * 4 + (i % 4) },
  ])('slopes of $slopes', async ({ shape, slopes, channel }) => {
    const x = tf.tensor(values, shape);
    const count = slopes.reduce((product, size) => product * size, 1);
    const alpha = tf.tensor(
      Array.from({ length: count }, (_, i) => 0.125 * (i + 1)),
      slopes,
    );
    const [dx, dAlpha] = tf.grads((x: tf.Tensor, alpha: tf.Tensor) => tf.prelu(x, alpha))([x, alpha]);
    const slope = await numbers(alpha);
    const sums = new Float64Array(count);
    values.forEach((one, i) => {
      if (one < 0) sums[channel(i)]! += one;
    });
    expectClose(
      await numbers(tf.prelu(x, alpha)),
      Array.from(values, (one, i) => (one < 0 ? one * slope[channel(i)]! : one)),
    );
    expectClose(
      await numbers(dx!),
      Array.from(values, (one, i) => (one < 0 ? slope[channel(i)]! : 1)),
    );
    expect(dAlpha!.shape).toEqual(slopes);
    expectClose(await numbers(dAlpha!), sums);
  });
});

describe('rows', () => {
  const logits = [1, 2, 3, 4, -100, 0, 50, 0.5, 88, 88, 88, 87];
  const softmax = (row: number[]): number[] => {
    const most = Math.max(...row);
    const sum = row.reduce((all, one) => all + Math.exp(one - most), 0);
    return row.map((one) => Math.exp(one - most) / sum);
  };
  const rows = [logits.slice(0, 4), logits.slice(4, 8), logits.slice(8)].map(softmax);
  const dy = [1, -1, 0.5, 2, 1, 1, -1, 0, 0, 3, 0, 0];

  test('softmax of any rank, and its gradient', async () => {
    expectClose(await numbers(tf.softmax(tf.tensor3d(logits, [3, 1, 4]))), rows.flat());
    expectClose(await numbers(tf.softmax(tf.tensor1d(logits.slice(0, 4)))), rows[0]!);
    const dx = await numbers(slopeOf(tf.softmax)(tf.tensor2d(logits, [3, 4]), tf.tensor2d(dy, [3, 4])));
    const exact = rows.flatMap((row, r) => {
      const mean = row.reduce((sum, p, i) => sum + p * dy[4 * r + i]!, 0);
      return row.map((p, i) => p * (dy[4 * r + i]! - mean));
    });
    expectNear(dx, exact, 4e-7);
  });

  test('logSoftmax and its gradient', async () => {
    const x = tf.tensor2d(logits, [3, 4]);
    expectNear(await numbers(adapter.logSoftmax(x)), rows.flat().map(Math.log), 1e-5);
    const dx = await numbers(slopeOf(adapter.logSoftmax)(x, tf.tensor2d(dy, [3, 4])));
    const exact = rows.flatMap((row, r) => {
      const given = dy.slice(4 * r, 4 * r + 4);
      const sum = given.reduce((all, one) => all + one, 0);
      return row.map((p, column) => given[column]! - p * sum);
    });
    expectNear(dx, exact, 2e-6);
  });
});

describe('what is left to tfjs', () => {
  test('whole numbers', async () => {
    const x = tf.tensor1d([-2, 0, 3], 'int32');
    expect([tf.relu(x).dtype, await numbers(tf.relu(x))]).toEqual(['int32', [0, 0, 3]]);
    expectClose(
      await numbers(adapter.gelu(x)),
      [-2, 0, 3].map((one) => reference.gelu.value(one, {})),
    );
  });

  test('short tensors on the CPU', async () => {
    tf.env().set(CPU_FORWARD, true);
    const y = tf.exp(tf.tensor1d([1, 2]));
    expect(backend().tensorMap.get(y.dataId).resource).toBeUndefined();
    expectClose(await numbers(y), [Math.E, Math.E ** 2]);
  });

  test('other backends', async () => {
    await tf.setBackend('cpu');
    try {
      const x = tf.tensor1d([-1, 2]);
      const dx = await numbers(slopeOf(tf.sigmoid)(x));
      expectNear(dx, [0.19661193, 0.10499359], 1e-7);
      expect(() => adapter.gelu(x)).toThrow('gelu');
    } finally {
      await tf.setBackend('webgpu');
    }
  });
});

test('elu and sigmoid fused with a product, as inference has them', async () => {
  const a = tf.tensor2d([1, -2, 3, 0.5, 4, -60], [3, 2]);
  const b = tf.tensor2d([0.5, -1, 2, 1], [2, 2]);
  const sums = await numbers(tf.matMul(a, b));
  for (const activation of ['elu', 'sigmoid', 'relu'] as const) {
    const y = tf.fused.matMul({ a, b, transposeA: false, transposeB: false, activation });
    expectClose(
      await numbers(y),
      sums.map((sum) => reference[activation].value(sum, { alpha: 1 })),
    );
  }
});

test('leakyRelu of a slope that is no float32', async () => {
  const alphas = [Infinity, 1e39];
  adapter.unregister();
  const x = tf.tensor([1, 2]);
  const theirs = await Promise.all(alphas.map((alpha) => numbers(tf.leakyRelu(x, alpha))));
  adapter.register();
  expect(await Promise.all(alphas.map((alpha) => numbers(tf.leakyRelu(x, alpha))))).toEqual(theirs);
});

test('the gradient of an operation of rows with a softcap', async () => {
  const softmax = adapter.operation(activations.softmax);
  const x = tf.tensor([[1, -2, 3]]);
  const gradient = (softcap?: number) =>
    numbers(tf.grad((z: tf.Tensor) => tf.mul(softmax(z, softcap ? { softcap } : {}), tf.tensor([[1, 2, 3]])))(x));
  const exact = (softcap: number): number[] => {
    const xs = [1, -2, 3];
    const powers = xs.map((value) => Math.exp(softcap * Math.tanh(value / softcap)));
    const sum = powers.reduce((total, power) => total + power);
    const mean = powers.reduce((total, power, i) => total + (power / sum) * (i + 1), 0);
    return xs.map((value, i) => (powers[i]! / sum) * (i + 1 - mean) * (1 - Math.tanh(value / softcap) ** 2));
  };
  expectNear(await gradient(2), exact(2), 1e-6);
  expectNear(await gradient(), exact(1e9), 1e-6);
});

describe('memory', () => {
  const loop = async (f: Fn): Promise<tf.MemoryInfo> => {
    const x = tf.tensor1d(new Float32Array(5000).fill(0.5));
    for (let step = 0; step < 40; step++) tf.dispose(tf.tidy(() => slopeOf(f)(tf.mul(x, 2), x as never)));
    await x.data();
    x.dispose();
    await backend().device.queue.onSubmittedWorkDone();
    return tf.memory();
  };

  test('a loop leaves nothing behind, and takes no more buffers from turn to turn', async () => {
    const f: Fn = (x) => adapter.gelu(tf.sigmoid(tf.selu(x)));
    const first = (await loop(f)) as tf.MemoryInfo & { numBytesAllocatedInGPU: number };
    const second = (await loop(f)) as typeof first;
    expect(second.numTensors).toBe(first.numTensors);
    expect(second.numBytesAllocatedInGPU).toBe(first.numBytesAllocatedInGPU);
  });

  test('order: what is computed, disposed of and computed again', async () => {
    const x = tf.tensor1d(xs);
    let y = tf.tanh(x);
    for (let step = 0; step < 30; step++) {
      const next = tf.tidy(() => tf.tanh(tf.add(tf.sub(y, y), x)));
      y.dispose();
      y = next as typeof y;
    }
    expectClose(await numbers(y), at(Math.tanh));
  });

  test('a tensor over a buffer of the caller', async () => {
    const { device } = backend();
    const buffer = device.createBuffer({
      size: 64,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(buffer, 0, new Float32Array(xs.slice(4, 9)));
    const x = tf.tensor({ buffer, zeroCopy: true }, [5], 'float32');
    expectClose(await numbers(tf.tanh(x)), at(Math.tanh).slice(4, 9));
    x.dispose();
    buffer.destroy();
  });
});

describe('operation', () => {
  test('of one’s own activation', async () => {
    const source = `fn cube(x: real) -> real { return x * x * x; }
fn cube_derivative(x: real) -> real { return 3.0 * x * x; }`;
    const cube = adapter.operation(
      defineActivation({
        name: 'cube',
        wgsl: source,
        reference: { value: (x) => x ** 3, derivative: (x) => 3 * x * x },
      }),
    );
    expect(await numbers(cube([1, -2, 3]))).toEqual([1, -8, 27]);
    expect(await numbers(slopeOf(cube)(tf.tensor1d([1, -2, 3])))).toEqual([3, 12, 27]);
  });

  test('says what it expected', () => {
    expect(() => adapter.operation('gelu' as never)).toThrow(
      'operation: expected an activation of one tensor, got "gelu"',
    );
    expect(() => adapter.swish([1], { gamma: 2 } as never)).toThrow('swish: expected beta, got "gamma" too');
    expect(() => adapter.swish([1], { beta: 1e9 })).toThrow(RangeError);
  });
});

test('layers: their activations are this library’s, by the same names', async () => {
  class Gelu extends tf.serialization.Serializable {
    static readonly className = 'gelu';
    getConfig() {
      return {};
    }
    apply(x: tf.Tensor): tf.Tensor {
      return tf.mul(x, 0);
    }
  }
  tf.serialization.SerializationMap.register(Gelu);
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const applied = () => {
    const Class = classNameMap.gelu![0] as unknown as new () => Gelu;
    return { name: new Class().getClassName(), y: new Class().apply(tf.tensor1d([1])) };
  };
  adapter.register();
  expect(applied().name).toBe('gelu');
  expectClose(await numbers(applied().y), [reference.gelu.value(1, {})]);
  adapter.unregister();
  expect(await numbers(applied().y)).toEqual([0]);
});

test('a compile ahead runs nothing', async () => {
  const x = tf.tensor1d([1]);
  tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
  tf.sigmoid(x);
  tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
  expectClose(await numbers(tf.sigmoid(x)), [reference.sigmoid.value(1, {})]);
});
