/** Bad input: what was expected and what came, before any GPU work. */
import { describe, expect, test } from 'vitest';
import { createActivations } from '../../src/index.js';
import { bufferOf, poisoned, submit, useDevice } from './support.js';

const held = useDevice();
const four = new Float32Array(4);
// deliberately wrong calls, which the types would refuse
// biome-ignore lint/suspicious/noExplicitAny: the point of these tests
type Wrong = any;

describe('array calls', () => {
  const cases: [string, (gpu: Wrong) => Promise<unknown>, RegExp][] = [
    [
      'a mistyped name',
      (gpu) => gpu.forward('gleu', { x: four }),
      /expected a name of the catalogue, got "gleu"; did you mean "gelu"/,
    ],
    ['no name', (gpu) => gpu.forward(undefined, { x: four }), /activation: expected a name, got undefined/],
    ['no tensors', (gpu) => gpu.forward('relu'), /relu\.forward: expected an object of arrays, got undefined/],
    ['a missing tensor', (gpu) => gpu.backward('gelu', { x: four }), /gelu\.backward: expected x, dy, got no dy/],
    [
      'a tensor too many',
      (gpu) => gpu.forward('gelu', { x: four, dy: four }),
      /gelu\.forward: expected x, got "dy" too/,
    ],
    [
      'float64',
      (gpu) => gpu.forward('gelu', { x: new Float64Array(4) }),
      /expected x to be a Float32Array, got Float64Array of length 4/,
    ],
    ['a plain array', (gpu) => gpu.forward('gelu', { x: [1, 2] }), /expected x to be a Float32Array, got Array/],
    [
      'unequal lengths',
      (gpu) => gpu.backward('gelu', { x: four, dy: new Float32Array(3) }),
      /expected dy of length 4, got 3/,
    ],
    [
      'null for options',
      (gpu) => gpu.forward('relu', { x: four }, null),
      /relu\.forward: expected options to be an object, got null/,
    ],
    [
      'null for options of rows',
      (gpu) => gpu.forward('softmax', { x: four }, null),
      /softmax\.forward: expected options to be an object, got null/,
    ],
    [
      'a mistyped option',
      (gpu) => gpu.forward('elu', { x: four }, { alhpa: 1 }),
      /expected options among alpha.*got "alhpa"; did you mean "alpha"/,
    ],
    [
      'another’s option',
      (gpu) => gpu.forward('relu', { x: four }, { alpha: 1 }),
      /relu\.forward: expected options among .*got "alpha"/,
    ],
    [
      'alpha NaN',
      (gpu) => gpu.forward('elu', { x: four }, { alpha: NaN }),
      /elu\.forward: expected -1000 ≤ alpha ≤ 1000, got NaN/,
    ],
    [
      'alpha out of range',
      (gpu) => gpu.forward('celu', { x: four }, { alpha: 0 }),
      /celu\.forward: expected 0\.001 ≤ alpha ≤ 1000, got 0/,
    ],
    [
      'alpha a string',
      (gpu) => gpu.forward('elu', { x: four }, { alpha: '1' }),
      /expected alpha to be a number, got "1"/,
    ],
    [
      'y without such a derivative',
      (gpu) => gpu.backward('gelu', { y: four, dy: four }),
      /gelu\.backward: expected x, got y/,
    ],
    ['x and y', (gpu) => gpu.backward('tanh', { x: four, y: four, dy: four }), /expected x or y, got both/],
    [
      'y with alpha not positive',
      (gpu) => gpu.backward('elu', { y: four, dy: four }, { alpha: -1 }),
      /expected alpha > 0 when y is given/,
    ],
    [
      'channels that do not divide',
      (gpu) => gpu.forward('prelu', { x: four, weight: new Float32Array(3) }),
      /multiple of channels · inner = 3 · 1, got 4/,
    ],
    [
      'a weight too short',
      (gpu) => gpu.forward('prelu', { x: four, weight: new Float32Array(3) }, { channels: 4 }),
      /expected weight of length 4, got 3/,
    ],
    [
      'channels no integer',
      (gpu) => gpu.forward('prelu', { x: four, weight: four }, { channels: 1.5 }),
      /channels to be a positive integer, got 1\.5/,
    ],
    [
      'a signal that is none',
      (gpu) => gpu.forward('relu', { x: four }, { signal: true }),
      /expected signal to be an AbortSignal, got true/,
    ],
  ];
  test.each(cases)('%s', async (_name, call, message) => {
    await expect(call(held.gpu)).rejects.toThrow(message);
  });
});

describe('encode calls', () => {
  const buffer = (length = 4): GPUBuffer => poisoned(held.device, length);
  const unusable = (): GPUBuffer => held.device.createBuffer({ label: 'vertices', size: 256, usage: 0x20 });
  const shared = { make: (): GPUBuffer => buffer(1024) };
  const cases: [string, () => [name: Wrong, tensors: Wrong, options?: Wrong], RegExp][] = [
    [
      'no length',
      () => ['relu', { x: buffer(), y: buffer() }],
      /length to be an integer from 0 to 4294967295, got undefined/,
    ],
    ['a negative length', () => ['relu', { x: buffer(), y: buffer(), length: -1 }], /got -1/],
    [
      'an array for a buffer',
      () => ['relu', { x: four, y: buffer(), length: 4 }],
      /expected x to be a GPUBuffer or \{ buffer, offset, size \}, got Float32Array/,
    ],
    [
      'a buffer too small',
      () => ['relu', { x: buffer(), y: buffer(8), length: 8 }],
      /expected x to hold 32 bytes, got 16 bytes/,
    ],
    [
      'a range too small',
      () => ['relu', { x: { buffer: buffer(64), size: 16 }, y: buffer(8), length: 8 }],
      /expected x to hold 32 bytes, got 16 bytes/,
    ],
    [
      'a range beyond its buffer',
      () => ['relu', { x: { buffer: buffer(64), offset: 256, size: 16 }, y: buffer(), length: 4 }],
      /expected x's range to lie in its buffer of 256 bytes/,
    ],
    [
      'a misaligned offset',
      () => ['relu', { x: { buffer: buffer(64), offset: 16 }, y: buffer(), length: 4 }],
      /expected x's offset to be a multiple of 256 bytes, got 16/,
    ],
    [
      'the wrong usage',
      () => ['relu', { x: unusable(), y: buffer(), length: 4 }],
      /expected x to have usage STORAGE, got a buffer "vertices" of usage 0x20/,
    ],
    [
      'overlap',
      () => {
        const both = shared.make();
        return ['relu', { x: { buffer: both }, y: { buffer: both, offset: 256 }, length: 100 }];
      },
      /relu\.forward: expected y not to overlap x/,
    ],
    [
      'a signal, which only array calls heed',
      () => ['relu', { x: buffer(), y: buffer(), length: 4 }, { signal: AbortSignal.abort() }],
      /expected options among channels, inner, dtype, got "signal"/,
    ],
    [
      'null for options',
      () => ['relu', { x: buffer(), y: buffer(), length: 4 }, null],
      /expected options to be an object, got null/,
    ],
    ['an unknown option', () => ['relu', { x: buffer(), y: buffer(), length: 4 }, { channel: 4 }], /got "channel"/],
  ];
  test.each(cases)('%s', (_name, arguments_, message) => {
    const [name, tensors, options] = arguments_();
    submit(held.device, (pass) => expect(() => held.gpu.encodeForward(pass, name, tensors, options)).toThrow(message));
  });

  test('dx over the rest of x, whose values are still needed', () => {
    const x = shared.make();
    const dx = { buffer: x, offset: 256 };
    submit(held.device, (pass) =>
      expect(() => held.gpu.encodeBackward(pass, 'gelu', { x, dy: shared.make(), dx, length: 100 })).toThrow(
        /dx not to overlap x/,
      ),
    );
  });

  test('no output', () => {
    const encode = (tensors: Wrong) => () =>
      submit(held.device, (pass) => held.gpu.encodeBackward(pass, 'gelu', { ...tensors, length: 4 }));
    expect(encode({ x: buffer(), dy: buffer() })).toThrow('gelu.backward: expected x, dy, dx, got no dx');
    expect(encode({ x: buffer(), dy: buffer(), bias: buffer() })).toThrow(
      'gelu.backward: expected x, bias, dy, dx, dBias, got no dx',
    );
    expect(encode({ x: buffer(), dy: buffer(), dBias: buffer() })).toThrow('got no dx');
  });

  test('no compute pass', () => {
    const wrong = held.device.createCommandEncoder() as Wrong;
    expect(() => held.gpu.encodeForward(wrong, 'relu', { x: buffer(), y: buffer(), length: 4 })).toThrow(
      /expected pass to be a GPUComputePassEncoder, got GPUCommandEncoder/,
    );
  });
});

describe('the environment', () => {
  test('no WebGPU says where it is to be had', async () => {
    const gpu = { requestAdapter: async () => null, wgslLanguageFeatures: new Set() } as Wrong;
    await expect(createActivations({ gpu })).rejects.toThrow(
      /WebGPU: expected an adapter, got none.*driver.*--enable-unsafe-webgpu.*swiftshader/,
    );
    await expect(createActivations({ gpu })).rejects.toMatchObject({ name: 'WebGPUUnavailableError' });
  });

  test('no global is changed, so frozen ones will do', async () => {
    const { destroy } = GPUBuffer.prototype;
    for (const each of [GPUBuffer, GPUDevice, GPUQueue, GPUComputePassEncoder]) Object.freeze(each.prototype);
    const gpu = await createActivations();
    expect((await gpu.forward('relu', { x: bufferValues() })).y[0]).toBe(1);
    gpu.dispose();
    expect(GPUBuffer.prototype.destroy).toBe(destroy);
  });

  test('an adapter or a device that never answers: the signal ends the wait', async () => {
    const never = new Promise<never>(() => {});
    const reason = new Error('enough');
    const silent = { requestAdapter: () => never, wgslLanguageFeatures: new Set() } as Wrong;
    const begin = performance.now();
    await expect(createActivations({ gpu: silent, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = createActivations({ gpu: silent, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 10);
    await expect(waiting).rejects.toBe(reason);
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  test('a device that comes too late is destroyed', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    let isDestroyed = false;
    const late = { destroy: () => (isDestroyed = true) };
    const requestDevice = () => {
      controller.abort(reason);
      return new Promise((resolve) => setTimeout(() => resolve(late), 20));
    };
    const adapter = { features: new Set(), limits: {}, requestDevice };
    const gpu = { requestAdapter: async () => adapter, wgslLanguageFeatures: new Set() } as Wrong;
    await expect(createActivations({ gpu, signal: controller.signal })).rejects.toBe(reason);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isDestroyed).toBe(true);
  });

  test('using disposes at the end of the block', async () => {
    const symbols = Symbol as unknown as Record<'dispose' | 'asyncDispose', symbol | undefined>;
    for (const name of ['dispose', 'asyncDispose'] as const) {
      const symbol = symbols[name];
      if (!symbol) continue; // an older browser
      const gpu = await createActivations({ device: held.device });
      await (gpu as Wrong)[symbol]();
      await expect(gpu.forward('relu', { x: four })).rejects.toThrow(/got a disposed one/);
    }
  });

  test('something that is no device', async () => {
    await expect(createActivations({ device: {} as Wrong })).rejects.toThrow(
      /expected device to be a GPUDevice, got Object/,
    );
  });

  test('a lost device is a DeviceLostError', async () => {
    const adapter = (await navigator.gpu.requestAdapter())!;
    const device = await adapter.requestDevice();
    const gpu = await createActivations({ device });
    device.destroy();
    await device.lost;
    await expect(gpu.forward('relu', { x: four })).rejects.toMatchObject({ name: 'DeviceLostError' });
  });

  test('a disposed object says so', async () => {
    const gpu = await createActivations();
    const running = gpu.forward('relu', { x: four });
    gpu.dispose();
    await expect(running).rejects.toThrow(/got a disposed one/);
    await expect(gpu.forward('relu', { x: four })).rejects.toThrow(/got a disposed one/);
  });

  test('the caller’s device outlives dispose()', async () => {
    const gpu = await createActivations({ device: held.device });
    gpu.dispose();
    expect((await held.gpu.forward('relu', { x: bufferValues() })).y[0]).toBe(1);
    bufferOf(held.device, [1]).destroy();
  });
});

const bufferValues = (): Float32Array<ArrayBuffer> => new Float32Array([1]);
