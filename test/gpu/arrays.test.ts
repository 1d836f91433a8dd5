import { describe, expect, test } from 'vitest';
import { ulpError } from '../../src/check/index.js';
import { familyOf } from '../../src/forms.js';
import { type ActivationName, catalogue, resolveActivation, resolveParameters } from '../../src/index.js';
import { reference } from '../../src/reference/index.js';
import { exactValues, useDevice } from './support.js';

const held = useDevice();
const elementwise = (Object.keys(catalogue) as ActivationName[]).filter(
  (name) => familyOf(catalogue[name]) === 'elementwise',
) as 'gelu'[];
const leaky = (x: number): number => (x >= 0 ? x : x * 0.5);

describe('array calls', () => {
  const edges = [0, 1, 3, 4, 5, 127, 128, 129, 511, 512, 513, 1023, 1024, 1025, 65_537];
  test.each(edges)('every element of length %i is right', async (length) => {
    const x = exactValues(length);
    const dy = exactValues(length, 7);
    const { y } = await held.gpu.forward('leakyRelu', { x }, { alpha: 0.5 });
    expect(y).toEqual(x.map(leaky));
    const { dx } = await held.gpu.backward('leakyRelu', { x, dy }, { alpha: 0.5 });
    expect(dx).toEqual(dy.map((value, i) => value * (x[i]! >= 0 ? 1 : 0.5)));
  });

  test('inputs are left as they were', async () => {
    const x = exactValues(1000);
    const before = x.slice();
    await held.gpu.forward('relu', { x });
    await held.gpu.backward('relu', { x, dy: x });
    expect(x).toEqual(before);
  });

  test('arrays in shared and in resizable memory', async () => {
    const values = exactValues(1001);
    const make = WebAssembly.Memory as unknown as new (given: object) => WebAssembly.Memory;
    const memories = [
      new make({ initial: 1, maximum: 1, shared: true }).buffer,
      new (ArrayBuffer as unknown as new (length: number, given: object) => ArrayBuffer)(8192, { maxByteLength: 9000 }),
    ];
    for (const memory of memories) {
      const x = new Float32Array(memory, 4, 1001);
      x.set(values);
      expect((await held.gpu.forward('leakyRelu', { x }, { alpha: 0.5 })).y).toEqual(values.map(leaky));
      expect((await held.gpu.statistics('relu', { x })).count).toEqual(new Float64Array([1001]));
    }
  });

  test('arrays of classes derived from Float32Array, as x and as y', async () => {
    class Three extends Float32Array {
      constructor(a: number, b: number, c: number) {
        super(3);
        this.set([a, b, c]);
      }
    }
    const y = new Three(7, 7, 7) as unknown as Float32Array<ArrayBuffer>;
    const given = { x: new Three(1, -2, 3) as unknown as Float32Array<ArrayBuffer>, y };
    expect((await held.gpu.forward('relu', given)).y).toBe(y);
    expect([...y]).toEqual([1, 0, 3]);
    const { maximum } = await held.gpu.statistics('relu', { x: given.x });
    expect(maximum[0]).toBe(3);
  });

  test('arrays that an object’s class gives', async () => {
    class Layer {
      get x() {
        return Float32Array.of(-1, 2);
      }
    }
    expect((await held.gpu.forward('relu', new Layer())).y).toEqual(Float32Array.of(0, 2));
  });

  test('inputs may overlap each other, also where a result lies in their memory', async () => {
    const memory = exactValues(64);
    const [x, dy, dx] = [memory.subarray(0, 8), memory.subarray(1, 9), memory.subarray(16, 24)];
    const expected = dy.map((value, i) => (x[i]! > 0 ? value : 0));
    expect((await held.gpu.backward('relu', { x, dy, dx })).dx).toBe(dx);
    expect(dx).toEqual(expected);
  });

  test('what the caller does to its object during statistics does not reach them', async () => {
    const tensors = { x: new Float32Array(2 ** 23 + 4).fill(1) };
    const found = held.gpu.statistics('relu', tensors);
    tensors.x = new Float32Array(2 ** 23 + 4).fill(100);
    expect((await found).maximum[0]).toBe(1);
  });

  test('an array longer than a piece streams through, with progress', async () => {
    const length = 2 ** 24 + 2 ** 20 + 3;
    const x = exactValues(length);
    const seen: number[] = [];
    const { y } = await held.gpu.forward(
      'leakyRelu',
      { x },
      { alpha: 0.5, onProgress: (done, total) => seen.push(done / total) },
    );
    expect(y.findIndex((value, i) => value !== leaky(x[i]!))).toBe(-1);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });

  test('an abort between pieces rejects with its reason, and the object stays usable', async () => {
    const x = new Float32Array(2 ** 25).fill(1);
    const controller = new AbortController();
    const reason = new Error('enough');
    const call = held.gpu.forward(
      'relu',
      { x },
      { signal: controller.signal, onProgress: () => controller.abort(reason) },
    );
    await expect(call).rejects.toBe(reason);
    await expect(held.gpu.forward('relu', { x: x.subarray(0, 4) }, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect((await held.gpu.forward('relu', { x: x.subarray(0, 4) })).y).toEqual(new Float32Array([1, 1, 1, 1]));
  });

  test('many calls at once do not mix', async () => {
    const alphas = [0.5, 0.25, 0.125, 2, 4, 8];
    const x = exactValues(5000).map((value) => -Math.abs(value));
    const results = await Promise.all(alphas.map((alpha) => held.gpu.forward('leakyRelu', { x }, { alpha })));
    expect(results.map(({ y }) => y)).toEqual(alphas.map((alpha) => x.map((value) => value * alpha)));
  });

  test('backward takes the saved y where the derivative is a function of it', async () => {
    const x = exactValues(1027);
    const dy = exactValues(1027, 3);
    const { y } = await held.gpu.forward('leakyRelu', { x }, { alpha: 0.5 });
    const fromX = await held.gpu.backward('leakyRelu', { x, dy }, { alpha: 0.5 });
    const fromY = await held.gpu.backward('leakyRelu', { y, dy }, { alpha: 0.5 });
    expect(fromY.dx).toEqual(fromX.dx);
  });

  test('where the derivative is 0 by a branch, dx is 0 for every dy', async () => {
    const x = new Float32Array([-1, -1, -1, 1, 1, NaN, 0]);
    const dy = new Float32Array([NaN, Infinity, -Infinity, NaN, Infinity, 1, NaN]);
    const { dx } = await held.gpu.backward('relu', { x, dy });
    expect([...dx].map(Math.abs)).toEqual([0, 0, 0, NaN, Infinity, NaN, 0]);
  });

  test('a thousand calls leave the count of live buffers where it was', async () => {
    let live = 0;
    const { createBuffer } = held.device;
    held.device.createBuffer = (descriptor) => {
      const buffer = createBuffer.call(held.device, descriptor);
      const destroy = buffer.destroy.bind(buffer);
      live++;
      let isLive = true;
      buffer.destroy = () => {
        if (isLive) live--;
        isLive = false;
        return destroy();
      };
      return buffer;
    };
    try {
      const x = exactValues(1000);
      const weight = exactValues(10);
      const calls = async (index: number): Promise<void> => {
        await held.gpu.forward('leakyRelu', { x }, { alpha: index / 8 });
        await held.gpu.backward('prelu', { x, weight, dy: x });
      };
      await calls(0);
      const before = live;
      for (let index = 1; index < 500; index++) await calls(index);
      expect(live).toBe(before);
    } finally {
      held.device.createBuffer = createBuffer;
    }
  });

  test('a call that fails spoils no later one', async () => {
    const { gpu, device } = held;
    const x = exactValues(300_000);
    const { createBuffer } = device;
    device.createBuffer = (descriptor) => createBuffer.call(device, { ...descriptor, size: 2 ** 52 });
    await expect(gpu.forward('leakyRelu', { x })).rejects.toThrow(/expected the GPU to accept the work/);
    device.createBuffer = createBuffer;
    expect((await gpu.forward('leakyRelu', { x }, { alpha: 0.5 })).y).toEqual(x.map(leaky));
  });

  test.each(['elu', 'selu', 'celu'] as const)('%s from a saved y near its end', async (name) => {
    const x = Float32Array.from({ length: 4000 }, (_, i) => -i / 250);
    const { y } = await held.gpu.forward(name, { x });
    const { dx } = await held.gpu.backward(name, { y, dy: x.map(() => 1) });
    const end = name === 'selu' ? 1.0507009873554805 * 1.6732632423543772 : 1;
    const worst = dx.reduce((most, got, i) => Math.max(most, y[i] === 0 ? 0 : ulpError(got, y[i]! + end)), 0);
    expect(worst).toBeLessThanOrEqual(1.5);
  });

  test('a gated gradient is finite where dy · up is not', async () => {
    const one = (value: number): Float32Array => new Float32Array([value]);
    const tensors = { gate: one(-80), up: one(1e20), dy: one(1e20) };
    const { dGate } = await held.gpu.backward('glu', tensors);
    expect(dGate[0]! / (1e40 * Math.exp(-80))).toBeCloseTo(1, 5);
    const steep = await held.gpu.backward('geglu', { gate: one(-20), up: one(1e30), dy: one(1e10) });
    expect(steep.dGate[0]).toBeCloseTo(0);
  });

  test.each(elementwise)('%s of ±∞ is its limit, exactly', async (name) => {
    const x = new Float32Array([Infinity, -Infinity]);
    const { y } = await held.gpu.forward(name, { x });
    const parameters = resolveParameters(resolveActivation(name));
    expect([...y].map((limit) => limit + 0)).toEqual(
      [...x].map((end) => 0 + Math.fround(reference[name].value(end, parameters as never))),
    );
  });
});
