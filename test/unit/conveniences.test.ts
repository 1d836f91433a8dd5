/** What calls may be given besides their tensors: arrays for the results, labels, timers; and what is given back. */
import { describe, expect, test } from 'vitest';
import { createActivations as createOfCore } from '../../src/core.js';
import { Activations, createActivations, createTimer } from '../../src/index.js';
import { anyPass, asDevice, FakeDevice } from './fake_device.js';

// biome-ignore lint/suspicious/noExplicitAny: wrong calls, which the types refuse
type Wrong = any;
const immediates = new Set(['immediate_address_space']);
const make = (marks?: object) => {
  const device = new FakeDevice();
  return { device, gpu: new Activations([asDevice(device), false, immediates, undefined, marks]) };
};
const [x, dy, weight, bias] = [1, 2, 3, 4].map((value) => new Float32Array(8).fill(value)) as [
  ...[Float32Array, Float32Array],
  ...[Float32Array, Float32Array],
];

describe('arrays for the results', () => {
  const { device, gpu } = make();
  const call = gpu as Wrong;

  test('are what the call returns', async () => {
    const [y, dx, dWeight, dBias] = Array.from({ length: 4 }, () => new Float32Array(8));
    expect((await gpu.forward('relu', { x, y: y! })).y).toBe(y);
    const given = { dx: dx!, dWeight: dWeight!, dBias: dBias! };
    const found = await gpu.backward('prelu', { x, weight, bias, dy, ...given }, { channels: 8 });
    expect([found.dx, found.dWeight, found.dBias].map((one, i) => one === [dx, dWeight, dBias][i])).toEqual(
      Array(3).fill(true),
    );
    const loss = new Float32Array(2);
    const rows = { x, labels: new Uint32Array(2) };
    const forward = await gpu.forward('crossEntropy', { ...rows, loss, logSumExp: false }, { columns: 4 });
    expect(Object.entries(forward)).toEqual([['loss', loss]]);
  });

  test('those that are not given are new, those that nobody wants are not there', async () => {
    const found = await gpu.backward('prelu', { x, weight, bias, dy, dx: false, dWeight: weight.slice() });
    expect(Object.keys(found)).toEqual(['dWeight', 'dBias']);
    expect(Object.keys(await gpu.backward('swiglu', { gate: x, up: x, dy, dGate: false }))).toEqual(['dUp']);
    const summed = { x, dy, bias, dx: false, dBias: bias } as const;
    expect(Object.keys(await gpu.backward('gelu', summed, { accumulate: true }))).toEqual(['dBias']);
  });

  test.each([
    ['too short', { x, y: new Float32Array(7) }, 'relu.forward: expected y of length 8, got 7'],
    [
      'of another kind',
      { x, y: new Float64Array(8) },
      'relu.forward: expected y to be a Float32Array, got Float64Array',
    ],
    ['null', { x, y: null }, 'relu.forward: expected x, y, got no y'],
    ['y nobody wants', { x, y: false }, 'relu.forward: expected y to be a Float32Array, got false'],
    ['of another call', { x, dx: x }, 'relu.forward: expected x, got "dx" too'],
    ['over a part of x', { x: x.subarray(0, 4), y: x.subarray(2, 6) }, 'relu.forward: expected y not to overlap x'],
  ])('%s', async (_name, tensors, message) => {
    const writes = device.writes.length;
    await expect(call.forward('relu', tensors)).rejects.toThrow(message);
    expect(device.writes.length).toBe(writes);
  });

  test.each([
    ['all left out', { dx: false }, {}, 'gelu.backward: expected a gradient, got none'],
    ['a gradient of what is not there', { dBias: false }, {}, 'gelu.backward: expected x, dy, got "dBias" too'],
    ['added to, but not given', {}, { accumulate: true }, 'gelu.backward: expected x, dy, dx, got no dx'],
  ])('%s', async (_name, tensors, options, message) => {
    await expect(call.backward('gelu', { x, dy, ...tensors }, options)).rejects.toThrow(message);
  });

  test('both of a gate left out', async () => {
    const given = { gate: x, up: dy, dy, dGate: false, dUp: false } as const;
    await expect(gpu.backward('swiglu', given)).rejects.toThrow('swiglu.backward: expected a gradient, got none');
  });

  test('two results in one array', async () => {
    const one = new Float32Array(8);
    const given = { gate: x, up: dy, dy, dGate: one, dUp: one };
    await expect(gpu.backward('swiglu', given)).rejects.toThrow('swiglu.backward: expected dGate not to overlap dUp');
  });

  test('one that goes while the call waits', async () => {
    const y = new Float32Array(8);
    const result = gpu.forward('relu', { x, y });
    structuredClone(y.buffer, { transfer: [y.buffer] });
    await expect(result).rejects.toThrow('relu.forward: expected y to keep its length during the call, got');
  });
});

test('a tensor that is bound whole, and larger than a binding', () => {
  const { device, gpu } = make();
  const length = 2 ** 25 + 2 ** 13;
  const [x, y, mask, weight] = [0, 0, 0, 0].map(() => device.createBuffer({ size: 4 * length, usage: 0x80 }));
  const call = gpu as Wrong;
  const record = (name: string, given: object, options: object) => () =>
    call.encodeForward(anyPass, name, { x, y, ...given, length }, options);
  expect(record('softmax', {}, { columns: 4096 })).not.toThrow();
  expect(record('softmax', { mask }, { columns: 4096 })).toThrow(
    'softmax.forward: expected mask of at most 134217728 bytes, as a binding of the device, got 134250496',
  );
  expect(record('prelu', { weight }, { channels: length })).toThrow(
    'prelu.forward: expected weight of at most 134217728 bytes',
  );
});

describe('prepare of several', () => {
  test('compiles what they share once, and tells how far it is', async () => {
    const { device, gpu } = make();
    const seen: [number, number][] = [];
    await gpu.prepare(['gelu', ['softmax', { columns: 8 }], 'gelu'], {
      dtype: 'f16',
      length: 64,
      onProgress: (...of) => seen.push(of),
    });
    expect(seen).toEqual(seen.map((_, index) => [index + 1, device.modules]));
    expect(seen.length).toBe(device.modules);
    const compiled = device.modules;
    const buffers = {
      x: device.createBuffer({ size: 256, usage: 0x80 }),
      y: device.createBuffer({ size: 256, usage: 0x80 }),
    };
    for (const [name, options] of [
      ['gelu', {}],
      ['softmax', { columns: 8 }],
    ] as const)
      gpu.encodeForward(anyPass, name as 'gelu', { ...(buffers as Wrong), length: 64 }, { ...options, dtype: 'f16' });
    expect(device.modules).toBe(compiled);
  });

  test.each([
    [{ length: NaN }, 'length to be a positive integer, got NaN'],
    [{ length: '8' }, 'length to be a positive integer, got "8"'],
    [{ bias: 'yes' }, 'bias to be a boolean, got "yes"'],
    [{ tensors: 'gate' }, 'names of tensors, got "gate"'],
  ])('wants options as they are told: %j', async (options, message) => {
    const { device, gpu } = make();
    await expect(gpu.prepare('gelu', options as Wrong)).rejects.toThrow(`gelu.prepare: expected ${message}`);
    if ('length' in options)
      await expect(gpu.prepare('relu', { statistics: options as Wrong })).rejects.toThrow(
        `relu.statistics: expected ${message}`,
      );
    expect(device.modules).toBe(0);
  });

  test.each([
    [{ columns: 1024, queries: 512, causal: 0 }],
    [{ columns: 64, tensors: ['mask'], maskBlock: 64 }],
    [{ columns: 64, queries: 6, tensors: ['sink', 'mask'], maskBlock: 4 }],
  ])('needs no length for rows in blocks: %j', async (options) => {
    const { device, gpu } = make();
    await gpu.prepare('softmax', options as Wrong);
    expect(device.modules).toBeGreaterThan(0);
  });

  test('compiles nothing where one of them is wrong, and says which', async () => {
    const { device, gpu } = make();
    await expect(gpu.prepare(['gelu', ['elu', { alhpa: 1 } as Wrong]])).rejects.toThrow(
      /^elu\.forward: .* got "alhpa"/,
    );
    await expect(gpu.prepare(['gelu', 'gleu' as Wrong])).rejects.toThrow('got "gleu"; did you mean "gelu"?');
    await expect(gpu.prepare(['gelu'], { onProgress: 1 as Wrong })).rejects.toThrow(
      'expected onProgress to be a function',
    );
    await expect(gpu.prepare(['gelu'], null as Wrong)).rejects.toThrow('expected options to be an object, got null');
    expect(device.modules).toBe(0);
  });

  test('names the one that does not compile', async () => {
    const { device, gpu } = make();
    const { createShaderModule } = device;
    device.createShaderModule = (({ label }: { label: string }) => {
      const isWrong = label.startsWith('silu');
      const messages = isWrong ? [{ type: 'error', lineNum: 1, linePos: 1, message: 'no' }] : [];
      createShaderModule.call(device);
      return { getCompilationInfo: async () => ({ messages }), isWrong };
    }) as Wrong;
    const { createComputePipelineAsync } = device;
    device.createComputePipelineAsync = (async ({ compute }: Wrong) => {
      if (compute.module.isWrong) throw new DOMException('invalid', 'GPUPipelineError');
      return createComputePipelineAsync.call(device);
    }) as Wrong;
    await expect(gpu.prepare(['relu', 'silu', 'gelu'])).rejects.toThrow(
      /^silu\.forward .*: expected WGSL that compiles/,
    );
  });
});

test('trim destroys what is idle, and tells how much that was', async () => {
  const { device, gpu } = make();
  await gpu.forward('relu', { x: new Float32Array(1000) });
  const pooled = device.buffers.filter(({ label }) => label.startsWith('array'));
  expect(gpu.trim()).toBe(pooled.reduce((sum, { size }) => sum + size, 0));
  expect(pooled.map(({ isDestroyed }) => isDestroyed)).toEqual([true, true]);
  expect(gpu.trim()).toBe(0);
  await gpu.forward('relu', { x });
  gpu.dispose();
  expect(() => gpu.trim()).toThrow('got a disposed one');
});

describe('labels and debug groups', () => {
  const groups: string[] = [];
  const pass = {
    ...(anyPass as unknown as object),
    pushDebugGroup: (label: string) => groups.push(label),
    popDebugGroup: () => groups.push('end'),
    dispatchWorkgroups: () => groups.push('dispatch'),
  } as unknown as GPUComputePassEncoder;
  const encode = (gpu: Activations, device: FakeDevice): void => {
    const buffer = device.createBuffer({ label: 'x: own', size: 4096, usage: 0x80 }) as unknown as GPUBuffer;
    const tensors = { x: buffer, y: buffer, length: 8 };
    for (let time = 0; time < 2; time++) gpu.encodeForward(pass, 'gelu', tensors);
  };

  test('everything that is made begins with the label', async () => {
    const { device, gpu } = make({ label: 'x: ' });
    const labels: string[] = [];
    for (const name of [
      'createShaderModule',
      'createBindGroup',
      'createComputePipeline',
      'createCommandEncoder',
    ] as const) {
      const method = device[name] as (given: Wrong) => unknown;
      device[name] = ((given: Wrong) => {
        if (given) labels.push(given.label);
        return method.call(device, given);
      }) as Wrong;
    }
    encode(gpu, device);
    await gpu.forward('gelu', { x });
    await gpu.backward('prelu', { x, weight, dy });
    labels.push(...device.buffers.map(({ label }) => label));
    expect(labels.length).toBeGreaterThan(8);
    expect(labels.filter((label) => !label.startsWith('x: '))).toEqual([]);
  });

  test('every dispatch lies in a group where they are asked for, also in repeated calls', async () => {
    const { device, gpu } = make({ label: 'x: ', debugGroups: true });
    groups.length = 0;
    encode(gpu, device);
    const once = [expect.stringMatching(/^x: gelu\.forward f32x4/), 'dispatch', 'end'];
    expect(groups).toEqual([...once, ...once]);
    groups.length = 0;
    encode(await createActivations({ device: asDevice(device) }), device);
    expect(groups).toEqual(['dispatch', 'dispatch']);
  });
});

describe('createActivations', () => {
  test.each([
    [createActivations, 'debugGroups'],
    [createOfCore, 'debugGroups, parts'],
  ])('wants options of known names, %s', async (create, last) => {
    await expect(create({ power: 1 } as never)).rejects.toThrow(
      `createActivations: expected options among device, gpu, powerPreference, forceFallbackAdapter, shape, signal, label, ${last}, got "power"`,
    );
    await expect(create({ lable: '' } as never)).rejects.toThrow('did you mean "label"?');
    await expect(create(null as never)).rejects.toThrow(
      'createActivations: expected options to be an object, got null',
    );
    await expect(create({ signal: {} } as never)).rejects.toThrow(
      'createActivations: expected signal to be an AbortSignal',
    );
    await expect(create({ gpu: {} } as never)).rejects.toThrow('pass { gpu: create([]) }');
  });
});

test('tune wants a storage with two methods, a signal, and no other options', async () => {
  const { device, gpu } = make();
  for (const [options, message] of [
    [{ storage: {} }, 'storage with getItem and setItem, got Object'],
    [{ storage: { setItem() {} } }, 'storage with getItem and setItem'],
    [{ signal: 1 }, 'signal to be an AbortSignal, got 1'],
    [{ storge: undefined }, 'options among storage, signal, got "storge"; did you mean "storage"?'],
  ] as const)
    await expect(gpu.tune(options as Wrong)).rejects.toThrow(`tune: expected ${message}`);
  expect(device.modules).toBe(0);
});

describe('createTimer', () => {
  test('wants a device with timestamps, and as many passes as a query set holds', () => {
    const { device, gpu } = make();
    expect(() => createTimer(gpu)).toThrow(
      'createTimer: expected a device with the feature "timestamp-query", got one without',
    );
    device.features.add('timestamp-query');
    for (const passes of [0, 2049, 1.5, '4'])
      expect(() => createTimer(gpu, { passes: passes as number })).toThrow(
        'expected passes to be an integer from 1 to 2048',
      );
    expect(() => createTimer(gpu, { pases: 4 } as Wrong)).toThrow(
      'options among passes, got "pases"; did you mean "passes"?',
    );
    expect(() => createTimer({})).toThrow('createTimer: expected gpu to be what createActivations() gave');
  });

  test('gives each pass its own queries', async () => {
    const { device, gpu } = make({ label: 'x: ' });
    device.features.add('timestamp-query');
    const querySet = { destroy() {} };
    (device as Wrong).createQuerySet = () => querySet;
    const timer = createTimer(gpu, { passes: 2 });
    const writes = [timer.timestampWrites(), timer.timestampWrites()];
    expect(writes).toEqual(
      [0, 2].map((first) => ({ querySet, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 })),
    );
    expect(() => timer.timestampWrites()).toThrow('timer: expected at most 2 passes before read(), got one more');
    await expect(gpu.forward('relu', { x }, { timer: {} as Wrong })).rejects.toThrow(
      'relu.forward: expected timer to be what createTimer() gave, got Object',
    );
  });

  test('is of no use once it, or what it was made for, is disposed', async () => {
    const { device, gpu } = make();
    device.features.add('timestamp-query');
    (device as Wrong).createQuerySet = () => ({ destroy() {} });
    const [one, other] = [createTimer(gpu), createTimer(gpu)];
    one.dispose();
    for (const timer of [one, other]) {
      const message = timer === one ? 'timer: expected a live object, got a disposed one' : 'got a disposed one';
      if (timer === other) gpu.dispose();
      expect(() => timer.timestampWrites()).toThrow(message);
      await expect(timer.read()).rejects.toThrow(message);
    }
  });
});
