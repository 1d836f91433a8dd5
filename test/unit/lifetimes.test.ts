/** What the library keeps alive: nothing of the caller's, nothing of its own that nobody uses, and no promise unhandled. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { Activations } from '../../src/index.js';
import { anyPass, asDevice, FakeDevice } from './fake_device.js';

setFlagsFromString('--expose-gc');
const collectNow = runInNewContext('gc') as () => void;

/** Collects until nothing more goes: a WeakRef keeps its target until the end of the job that made or read it. */
async function countAlive(references: readonly WeakRef<object>[]): Promise<number> {
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve));
    collectNow();
  }
  return references.filter((reference) => reference.deref()).length;
}

const immediates = new Set(['immediate_address_space']);
const activationsOf = (device: FakeDevice, features?: ReadonlySet<string>): Activations =>
  new Activations([asDevice(device), false, features, undefined]);
const storage = (device: FakeDevice, size = 4096): GPUBuffer =>
  device.createBuffer({ size, usage: 0x80 }) as unknown as GPUBuffer;

describe.each([
  ['with immediate data', immediates],
  ['without', undefined],
])('%s', (_name, features) => {
  test.each(['x', 'y'])('buffers go although they were used beside a %s that stays', async (kept) => {
    const device = new FakeDevice(false);
    const gpu = activationsOf(device, features);
    const long = storage(device);
    const other = kept === 'x' ? 'y' : 'x';
    const fresh = Array.from({ length: 20 }, () => {
      const buffer = storage(device);
      const tensors = { [kept]: long, [other]: { buffer, offset: 0 }, length: 256 };
      for (let repeat = 0; repeat < 2; repeat++) gpu.encodeForward(anyPass, 'silu', tensors as never);
      return new WeakRef(buffer);
    });
    expect(await countAlive(fresh)).toBe(0);
    gpu.encodeForward(anyPass, 'silu', { x: long, y: long, length: 256 });
  });

  test('so they do where partial sums and constants are bound beside them', async () => {
    const device = new FakeDevice(false);
    const gpu = activationsOf(device, features);
    const fresh = Array.from({ length: 20 }, () => {
      const [x, weight, dy, dx, dWeight, statistics] = Array.from({ length: 6 }, () => storage(device)) as [
        ...[GPUBuffer, GPUBuffer, GPUBuffer],
        ...[GPUBuffer, GPUBuffer, GPUBuffer],
      ];
      gpu.encodeBackward(anyPass, 'prelu', { x, weight, dy, dx, dWeight, length: 1024 }, { channels: 4 });
      gpu.encodeStatistics(anyPass, 'relu', { x, statistics, length: 1024 });
      return [x, weight, dy, dx, dWeight, statistics].map((buffer) => new WeakRef(buffer));
    });
    expect(await countAlive(fresh.flat())).toBe(0);
    gpu.dispose();
  });
});

describe('objects of one device', () => {
  test('go when they were disposed, and those that were not when nobody refers to them', async () => {
    const device = new FakeDevice();
    const x = storage(device);
    const objects = Array.from({ length: 20 }, (_, index) => {
      const gpu = activationsOf(device);
      gpu.encodeForward(anyPass, 'silu', { x, y: x, length: 256 });
      if (index % 2) gpu.dispose();
      return new WeakRef(gpu);
    });
    expect(await countAlive(objects)).toBe(0);
  });

  test('share what they compile', () => {
    const device = new FakeDevice();
    const x = storage(device);
    const objects = [activationsOf(device), activationsOf(device)];
    for (const gpu of objects) gpu.encodeForward(anyPass, 'silu', { x, y: x, length: 256 });
    expect(device.modules).toBe(1);
  });

  test('all they made goes with them, though the caller keeps a disposed one', async () => {
    const device = new FakeDevice(false);
    const made: WeakRef<object>[] = [];
    const { createBuffer } = device;
    const [x, weight, dy, dWeight] = [storage(device), storage(device), storage(device), storage(device)];
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer.call(device, descriptor);
      made.push(new WeakRef(buffer));
      return buffer;
    };
    const gpu = activationsOf(device);
    await gpu.forward('relu', { x: new Float32Array(100) });
    gpu.encodeBackward(anyPass, 'prelu', { x, weight, dy, dx: x, dWeight, length: 1024 });
    gpu.dispose();
    expect(made.length).toBeGreaterThanOrEqual(4);
    expect(await countAlive(made)).toBe(0);
  });
});

describe('dispose', () => {
  test('destroys no buffer that the caller’s commands may name', async () => {
    const device = new FakeDevice();
    const gpu = activationsOf(device);
    const [x, weight, dWeight, dy] = [storage(device), storage(device), storage(device), storage(device)];
    gpu.encodeBackward(anyPass, 'prelu', { x, weight, dy, dx: x, dWeight, length: 1024 });
    const named = device.buffers.length;
    await gpu.forward('relu', { x: new Float32Array(100) });
    gpu.dispose();
    expect(device.buffers.slice(0, named).filter(({ isDestroyed }) => isDestroyed)).toEqual([]);
    const pooled = device.buffers.slice(named).filter(({ label }) => label.startsWith('array'));
    expect(pooled.map(({ isDestroyed }) => isDestroyed)).toEqual(pooled.map(() => true));
    expect(() => gpu.encodeForward(anyPass, 'relu', { x, y: x, length: 4 })).toThrow('got a disposed one');
  });
});

describe('without immediate data', () => {
  test('2000 different blocks of parameters lie in a few buffers, each in a place of its own', () => {
    const device = new FakeDevice();
    const gpu = activationsOf(device);
    const x = storage(device);
    const before = device.buffers.length;
    for (let index = 1; index <= 2000; index++)
      gpu.encodeForward(anyPass, 'leakyRelu', { x, y: x, length: 256 }, { alpha: index / 8 });
    expect(device.buffers.length - before).toBe(Math.ceil(2000 / 256));
    const places = device.writes.map(({ buffer, offset }) => `${device.buffers.indexOf(buffer as never)} ${offset}`);
    expect(new Set(places).size).toBe(2000);
    expect(device.writes.every(({ offset, bytes }) => offset % 256 === 0 && bytes.byteLength === 64)).toBe(true);
  });

  test('the buffers of old blocks go', async () => {
    const device = new FakeDevice(false);
    const made: WeakRef<object>[] = [];
    const { createBuffer } = device;
    const gpu = activationsOf(device);
    const x = storage(device);
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer.call(device, descriptor);
      made.push(new WeakRef(buffer));
      return buffer;
    };
    for (let index = 1; index <= 3000; index++)
      gpu.encodeForward(anyPass, 'leakyRelu', { x, y: x, length: 256 }, { alpha: index / 8 });
    expect(await countAlive(made)).toBeLessThanOrEqual(3);
    gpu.encodeForward(anyPass, 'leakyRelu', { x, y: x, length: 256 });
  });
});

describe('a device lost while calls wait', () => {
  test.each([0, 5])('every call rejects with a DeviceLostError, %i ms before it is told', async (milliseconds) => {
    const device = new FakeDevice();
    const gpu = activationsOf(device, immediates);
    const x = new Float32Array(1000);
    await gpu.forward('relu', { x });
    let crash!: () => void;
    const crashed = new Promise<never>((_, reject) => {
      crash = () => reject(new DOMException('Instance dropped in popErrorScope', 'OperationError'));
    });
    crashed.catch(() => undefined);
    device.answer = () => crashed;
    const calls = [
      gpu.forward('gelu', { x }),
      gpu.backward('silu', { x, dy: x }),
      gpu.statistics('relu', { x }),
      gpu.forward('relu', { x }),
      gpu.prepare('tanh'),
      gpu.tune(),
    ];
    const settled = Promise.allSettled(calls);
    await new Promise((resolve) => setTimeout(resolve));
    crash();
    setTimeout(() => device.lose({ reason: 'unknown', message: 'crashed' }), milliseconds);
    const reasons = (await settled).map((each) => (each as PromiseRejectedResult).reason?.name);
    expect(reasons).toEqual(calls.map(() => 'DeviceLostError'));
    await expect(gpu.forward('relu', { x })).rejects.toMatchObject({ name: 'DeviceLostError' });
  });

  test('an error before anything was queued leaves no promise behind', async () => {
    const device = new FakeDevice();
    const gpu = activationsOf(device, immediates);
    device.answer = async () => {
      throw new DOMException('Instance dropped in popErrorScope', 'OperationError');
    };
    device.createBuffer = () => {
      throw new RangeError('no memory');
    };
    await expect(gpu.forward('relu', { x: new Float32Array(4) })).rejects.toThrow('no memory');
    await new Promise((resolve) => setTimeout(resolve, 5)); // an unhandled rejection fails the run
  });

  test('an abort keeps its reason, at once', async () => {
    const gpu = activationsOf(new FakeDevice());
    const begin = performance.now();
    const call = gpu.forward('relu', { x: new Float32Array(4) }, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - begin).toBeLessThan(500);
  });
});
