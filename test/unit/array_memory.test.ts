/** Arrays whose memory a queue does not take, or that change while a call waits; and objects of unusual ancestry. */
import { describe, expect, test } from 'vitest';
import { checkArrays } from '../../src/call.js';
import { resolveActivation } from '../../src/catalogue.js';
import { Activations } from '../../src/index.js';
import { anyPass, asDevice, FakeDevice } from './fake_device.js';

// ES2024, which Node 20 has
type Resizable = ArrayBuffer & { resize(byteLength: number): void };
const resizable = (byteLength: number): Resizable =>
  new (ArrayBuffer as unknown as new (length: number, options: object) => Resizable)(byteLength, {
    maxByteLength: byteLength,
  });
const detached = (): Float32Array<ArrayBuffer> => {
  const array = new Float32Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
};
/** A view that ends beyond its memory. */
const cutOff = (): Float32Array<ArrayBuffer> => {
  const buffer = resizable(64);
  const array = new Float32Array(buffer, 32, 8);
  buffer.resize(16);
  return array;
};

const device = new FakeDevice();
const gpu = new Activations([asDevice(device), false, new Set(['immediate_address_space']), undefined]);

const WebAssembly = (
  globalThis as unknown as { WebAssembly: { Memory: new (given: object) => { buffer: ArrayBuffer } } }
).WebAssembly;

describe('memory that a queue does not take is copied', () => {
  test.each([
    ['shared', () => new SharedArrayBuffer(64) as unknown as ArrayBuffer],
    ['shared with WebAssembly', () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer],
    ['resizable', () => resizable(64)],
  ])('%s', async (_name, make) => {
    const x = new Float32Array(make(), 8, 5);
    x.set([1, 2, 3, 4, 5]);
    const halves = new Uint16Array(x.buffer, 8, 5);
    device.writes.length = 0;
    await gpu.forward('relu', { x });
    await gpu.backward('relu', { x, dy: x });
    await gpu.statistics('relu', { x });
    await gpu.forward('relu', { x: halves }, { dtype: 'bf16' });
    const written = device.writes.filter(({ bytes }) => bytes.byteLength === 20);
    expect(written.map(({ bytes }) => [...new Float32Array(bytes.buffer)])).toEqual(
      Array.from({ length: 4 }, () => [1, 2, 3, 4, 5]),
    );
    expect(device.writes.slice(-2).map(({ bytes }) => bytes.byteLength)).toEqual([8, 4]);
  });

  test('other memory is not copied first', async () => {
    const x = new Float32Array(8);
    let given: unknown;
    const { writeBuffer } = device.queue;
    device.queue.writeBuffer = (buffer, offset, data, ...rest) => {
      given = 'buffer' in data ? data.buffer : data;
      writeBuffer(buffer, offset, data, ...rest);
    };
    await gpu.forward('relu', { x });
    device.queue.writeBuffer = writeBuffer;
    expect(given).toBe(x.buffer);
  });
});

describe('memory that is gone', () => {
  test.each([
    ['detached', detached],
    ['cut off', cutOff],
  ])('%s', async (_name, make) => {
    const message = 'to have its memory, got an array that was detached, or cut off';
    const writes = device.writes.length;
    await expect(gpu.forward('relu', { x: make() })).rejects.toThrow(`relu.forward: expected x ${message}`);
    await expect(gpu.backward('relu', { x: new Float32Array(4), dy: make() })).rejects.toThrow(
      `relu.backward: expected dy ${message}`,
    );
    await expect(gpu.statistics('relu', { x: make() })).rejects.toThrow(`relu.statistics: expected x ${message}`);
    expect(device.writes.length).toBe(writes);
    expect((await gpu.forward('relu', { x: new Float32Array(0) })).y).toHaveLength(0);
  });

  const length = 2 ** 24 + 5;
  test.each(['shrinks', 'grows', 'is transferred'])(
    'a buffer of 2²⁴ + 5 elements that %s meanwhile',
    async (change) => {
      const buffer = resizable((length + 8) * 4);
      const x = new Float32Array(buffer); // as long as its buffer is
      buffer.resize(length * 4);
      device.writes.length = 0;
      let isDone = false;
      const onProgress = (): void => {
        if (isDone) return;
        isDone = true;
        if (change === 'shrinks') buffer.resize(2 ** 24 * 4);
        else if (change === 'grows') buffer.resize((length + 8) * 4);
        else structuredClone(buffer, { transfer: [buffer] });
      };
      const result = gpu.forward('relu', { x }, { onProgress });
      if (change === 'grows') expect((await result).y).toHaveLength(length);
      else
        await expect(result).rejects.toThrow(
          /relu.forward: expected x to keep its length during the call, got Float32Array/,
        );
      const isUncut = device.writes.every(({ bytes }) => [2 ** 25, 20].includes(bytes.byteLength));
      expect(isUncut).toBe(true);
    },
  );
});

describe('objects of unusual ancestry', () => {
  const bare = <T extends object>(entries: T): T => Object.assign(Object.create(null), entries);
  const buffer = (): GPUBuffer => device.createBuffer({ size: 1024, usage: 0x80 }) as unknown as GPUBuffer;

  test('objects without a prototype do', async () => {
    const x = new Float32Array(8);
    expect((await gpu.forward('leakyRelu', bare({ x }), bare({ alpha: 0.5 }))).y).toHaveLength(8);
    gpu.encodeForward(anyPass, 'relu', bare({ x: bare({ buffer: buffer() }), y: buffer(), length: 8 }));
    await expect(gpu.forward('relu', bare({ x, z: x }) as never)).rejects.toThrow(
      'relu.forward: expected x, got "z" too',
    );
    await expect(gpu.forward('relu', { x }, bare({ alpha: 1 }) as never)).rejects.toThrow('got "alpha"');
    await expect(gpu.forward('relu', { x: bare({}) as never })).rejects.toThrow('a Float32Array, got an object');
    const orphan = Object.setPrototypeOf(new Float32Array(4), null);
    await expect(gpu.forward('relu', { x: orphan })).rejects.toThrow(
      'relu.forward: expected x to be a Float32Array, got an array without a prototype',
    );
  });

  test('numbers that are BigInts, or no numbers, are told in the usual form', () => {
    const wrong = (range: object) => () =>
      gpu.encodeForward(anyPass, 'relu', { x: { buffer: buffer(), ...range }, y: buffer(), length: 8 });
    expect(wrong({ offset: 256n })).toThrow(
      new RangeError("relu.forward: expected x's offset to be a multiple of 256 bytes, got 256n"),
    );
    expect(wrong({ offset: Symbol('here') })).toThrow("relu.forward: expected x's offset to be a multiple");
    expect(wrong({ size: 32n })).toThrow(
      "relu.forward: expected x's range to lie in its buffer of 1024 bytes, got offset 0",
    );
    expect(wrong({ size: Symbol('so much') })).toThrow("relu.forward: expected x's range to lie in its buffer");
  });

  test('an enumerable property of Object.prototype changes nothing', async () => {
    const x = new Float32Array(8);
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    prototype.added = () => 'by another script';
    try {
      await gpu.forward('leakyRelu', { x }, { alpha: 0.5 });
      await gpu.backward('prelu', { x, weight: x, bias: x, dy: x }, { channels: 8 });
      await gpu.forward('swiglu', { x }, { columns: 4 });
      await gpu.statistics('tanh', { y: x }, { bins: 4 });
      await gpu.prepare('elu', { alpha: 2 });
      const tensors = { x: buffer(), y: buffer(), length: 8 };
      for (let time = 0; time < 2; time++) gpu.encodeForward(anyPass, 'elu', tensors, { alpha: 2 });
      const call = checkArrays(resolveActivation('elu'), 'backward', { y: x, dy: x }, { alpha: 1 });
      expect(call.settings.parameters).toEqual({ alpha: 1 });
    } finally {
      delete prototype.added;
    }
  });

  test('another library’s tensor is told what to pass instead', async () => {
    class ce {
      get gpuBuffer(): GPUBuffer {
        throw new Error('not on the GPU');
      }
      data = new Float32Array(4);
    }
    expect(() => gpu.encodeForward(anyPass, 'relu', { x: new ce() as never, y: buffer(), length: 8 })).toThrow(
      'relu.forward: expected x to be a GPUBuffer or { buffer, offset, size }, got an object of class ce; pass its gpuBuffer, or its data to a call of arrays',
    );
    await expect(gpu.forward('relu', { x: new ce() as never })).rejects.toThrow(
      'relu.forward: expected x to be a Float32Array, got an object of class ce; pass its data, or its gpuBuffer to an encode call',
    );
  });
});
