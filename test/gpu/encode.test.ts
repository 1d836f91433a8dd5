import { describe, expect, test } from 'vitest';
import { Activations, createDeadUnitMonitor } from '../../src/index.js';
import { bufferOf, exactValues, POISON, poisoned, read, submit, useDevice } from './support.js';

const held = useDevice();

describe('encode calls on the caller’s buffers', () => {
  test.each([1, 3, 4, 5, 257, 1025])('length %i: right inside the range, untouched outside it', async (length) => {
    const { gpu, device } = held;
    const padding = 64; // elements before the range: the least binding offset, 256 bytes
    const x = exactValues(length + padding + 9);
    const dy = exactValues(length + padding + 9, 5);
    const offset = padding * 4;
    const size = length * 4;
    const xBuffer = bufferOf(device, x);
    const dyBuffer = bufferOf(device, dy);
    const yBuffer = poisoned(device, x.length);
    const dxBuffer = poisoned(device, x.length);
    submit(device, (pass) => {
      const tensors = { x: { buffer: xBuffer, offset, size }, y: { buffer: yBuffer, offset }, length };
      gpu.encodeForward(pass, 'leakyRelu', tensors, { alpha: 0.25 });
      const gradients = { x: tensors.x, dy: { buffer: dyBuffer, offset }, dx: { buffer: dxBuffer, offset }, length };
      gpu.encodeBackward(pass, 'leakyRelu', gradients, { alpha: 0.25 });
    });
    const inside = (i: number): boolean => i >= padding && i < padding + length;
    expect(await read(device, yBuffer)).toEqual(x.map((v, i) => (inside(i) ? (v >= 0 ? v : v / 4) : POISON)));
    expect(await read(device, dxBuffer)).toEqual(dy.map((v, i) => (inside(i) ? (x[i]! >= 0 ? v : v / 4) : POISON)));
    expect(await read(device, xBuffer)).toEqual(x);
  });

  test('options that a class gives are read anew by each call', async () => {
    const { gpu, device } = held;
    class Leak {
      readonly #alpha: number;
      constructor(alpha: number) {
        this.#alpha = alpha;
      }
      get alpha() {
        return this.#alpha;
      }
    }
    const [x, y] = [bufferOf(device, new Float32Array(4).fill(-1)), poisoned(device, 4)];
    for (const alpha of [0.25, 0.5, 0.25]) {
      submit(device, (pass) => gpu.encodeForward(pass, 'leakyRelu', { x, y, length: 4 }, new Leak(alpha)));
      expect(await read(device, y)).toEqual(new Float32Array(4).fill(-alpha));
    }
  });

  test('in place: y may be x, dx may be dy', async () => {
    const { gpu, device } = held;
    const x = exactValues(1027);
    const dy = exactValues(1027, 5);
    const xBuffer = bufferOf(device, x);
    const dyBuffer = bufferOf(device, dy);
    submit(device, (pass) => {
      gpu.encodeBackward(pass, 'leakyRelu', { x: xBuffer, dy: dyBuffer, dx: dyBuffer, length: 1027 }, { alpha: 0.5 });
      gpu.encodeForward(pass, 'leakyRelu', { x: xBuffer, y: xBuffer, length: 1027 }, { alpha: 0.5 });
    });
    expect((await read(device, xBuffer)).subarray(0, 1027)).toEqual(x.map((v) => (v >= 0 ? v : v / 2)));
    expect((await read(device, dyBuffer)).subarray(0, 1027)).toEqual(dy.map((v, i) => (x[i]! >= 0 ? v : v / 2)));
  });

  test('two encodes with different parameters before one submit both see their own', async () => {
    const { gpu, device } = held;
    const x = bufferOf(device, new Float32Array(600).fill(-1));
    const outputs = Array.from({ length: 300 }, () => poisoned(device, 600));
    submit(device, (pass) => {
      for (const [index, y] of outputs.entries())
        gpu.encodeForward(pass, 'leakyRelu', { x, y, length: 600 }, { alpha: index / 8 });
    });
    for (const index of [0, 1, 7, 299]) expect((await read(device, outputs[index]!))[599]).toBe(-index / 8 + 0);
  });

  test('a call made again sees its own parameters and ranges, whatever became of the caller’s objects', async () => {
    const { gpu, device } = held;
    const x = bufferOf(device, new Float32Array(600).fill(-1));
    const y = poisoned(device, 600);
    const range = { buffer: y, offset: 0, size: 1024 };
    const tensors = { x, y: range, length: 256 };
    const options = { alpha: 0.5 };
    const encode = (): void => submit(device, (pass) => gpu.encodeForward(pass, 'leakyRelu', tensors, options));
    const filled = async (): Promise<number[]> => {
      const values = await read(device, y);
      return [0, 255, 256, 599].map((i) => values[i]!);
    };
    encode();
    expect(await filled()).toEqual([-0.5, -0.5, POISON, POISON]);
    options.alpha = 0.25;
    encode();
    expect(await filled()).toEqual([-0.25, -0.25, POISON, POISON]);
    range.offset = 1024;
    options.alpha = 0.5;
    encode();
    expect(await filled()).toEqual([-0.25, -0.25, -0.5, POISON]);
    submit(device, (pass) => gpu.encodeForward(pass, 'relu', tensors));
    expect(await filled()).toEqual([-0.25, -0.25, 0, POISON]);
  });

  test('a destroyed buffer is found by WebGPU, at submit, with its label', async () => {
    const { gpu, device } = held;
    const [x, y] = [bufferOf(device, exactValues(64), 'gone'), poisoned(device, 64)];
    const encode = (): void => submit(device, (pass) => gpu.encodeForward(pass, 'relu', { x, y, length: 64 }));
    encode();
    x.destroy();
    for (let time = 0; time < 2; time++) {
      device.pushErrorScope('validation');
      encode();
      expect((await device.popErrorScope())?.message).toMatch(/destroyed/);
      device.pushErrorScope('validation');
      encode();
      expect((await device.popErrorScope())?.message).toMatch(/"gone"/);
    }
    expect((await gpu.forward('relu', { x: exactValues(64) })).y).toHaveLength(64);
  });

  test('commands recorded before dispose() can be submitted after it', async () => {
    const { device } = held;
    for (const features of [navigator.gpu.wgslLanguageFeatures, undefined]) {
      const gpu = new Activations([device, false, features, undefined]);
      const [x, dy, weight] = [exactValues(4000), exactValues(4000, 5), exactValues(4, 7)];
      const given = { x: bufferOf(device, x), weight: bufferOf(device, weight), dy: bufferOf(device, dy) };
      const [dx, dWeight] = [poisoned(device, 4000), poisoned(device, 4)];
      const encoder = device.createCommandEncoder({ label: 'test' });
      const pass = encoder.beginComputePass({ label: 'test' });
      gpu.encodeBackward(pass, 'prelu', { ...given, dx, dWeight, length: 4000 }, { channels: 4 });
      pass.end();
      const commands = encoder.finish();
      gpu.dispose();
      device.queue.submit([commands]);
      const sums = new Float64Array(4);
      for (let i = 0; i < 4000; i++) if (x[i]! < 0) sums[i % 4]! += x[i]! * dy[i]!;
      expect(await read(device, dWeight)).toEqual(new Float32Array(sums));
      expect((await read(device, dx)).every((value, i) => value === dy[i]! * (x[i]! < 0 ? weight[i % 4]! : 1))).toBe(
        true,
      );
    }
  });

  test.each([
    ['prelu', { x: 12, weight: 3, bias: 3, dy: 12 }, ['dWeight']],
    ['prelu', { x: 12, weight: 3, bias: 3, dy: 12 }, ['dBias', 'dWeight']],
    ['gelu', { x: 12, bias: 3, dy: 12 }, ['dBias']],
    ['swiglu', { gate: 12, up: 12, bias: 3, dy: 12 }, ['dUp']],
    ['swiglu', { gate: 12, up: 12, bias: 3, dy: 12 }, ['dGate']],
    ['swiglu', { gate: 12, up: 12, bias: 3, dy: 12 }, ['dUp', 'dBias']],
    ['swiglu', { x: 24, bias: 3, dy: 12 }, ['dBias']],
  ] as const)('%s.backward of %j: only %j is wanted', async (name, lengths, wanted) => {
    const { device } = held;
    // calls by a table, whose tensors the types cannot follow
    const gpu = held.gpu as unknown as Record<'backward' | 'encodeBackward', (...given: unknown[]) => unknown>;
    const inputs = Object.fromEntries(Object.entries(lengths).map(([key, n], seed) => [key, exactValues(n, seed + 1)]));
    const options = { channels: 3, ...('x' in lengths && lengths.x === 24 ? { columns: 6 } : {}) };
    for (const accumulate of [false, true]) {
      const all = (await held.gpu.backward(name as 'prelu', inputs as never, options)) as Record<string, Float32Array>;
      const outputs = Object.fromEntries(
        wanted.map((key) => [
          key,
          bufferOf(
            device,
            all[key]!.map(() => 8),
          ),
        ]),
      );
      const given = Object.entries(inputs).map(([key, values]) => [key, bufferOf(device, values)]);
      const tensors = { ...Object.fromEntries(given), ...outputs, length: 12 };
      submit(device, (pass) => gpu.encodeBackward(pass, name, tensors, { ...options, accumulate }));
      for (const key of wanted) {
        const found = (await read(device, outputs[key]!)).subarray(0, all[key]!.length);
        expect(found).toEqual(accumulate ? all[key]!.map((value) => value + 8) : all[key]);
      }
    }
  });

  test('what a call sets in the caller’s pass: pipeline, bind group 0, immediates 0 to 63, and nothing else', async () => {
    const { device } = held;
    const x = bufferOf(device, exactValues(64));
    const [dy, y, dx] = [poisoned(device, 64), poisoned(device, 64), poisoned(device, 64)];
    const [weight, dWeight, statistics] = [poisoned(device, 4), poisoned(device, 4), poisoned(device, 4096)];
    const watch = (pass: GPUComputePassEncoder, log: unknown[][]): GPUComputePassEncoder =>
      new Proxy(pass, {
        get(target, key) {
          const member = Reflect.get(target, key);
          if (typeof member !== 'function') return member;
          return (...given: unknown[]) => {
            log.push([key, ...given]);
            return member.apply(target, given);
          };
        },
      });
    for (const features of [navigator.gpu.wgslLanguageFeatures, undefined]) {
      const gpu = new Activations([device, false, features, undefined]);
      const monitor = createDeadUnitMonitor(gpu, { channels: 4, window: 2 });
      const calls: ((pass: GPUComputePassEncoder) => void)[] = [
        (pass) => gpu.encodeForward(pass, 'elu', { x, y, length: 64 }),
        (pass) => gpu.encodeForward(pass, 'softmax', { x, y, length: 64 }, { columns: 16 }),
        (pass) => gpu.encodeBackward(pass, 'prelu', { x, weight, dy, dx, dWeight, length: 64 }, { channels: 4 }),
        (pass) => gpu.encodeStatistics(pass, 'relu', { x, statistics, length: 64 }),
        (pass) => monitor.encode(pass, { y, length: 64 }),
      ];
      const hasImmediates =
        features !== undefined &&
        Number((device.limits as { maxImmediateSize?: number }).maxImmediateSize) >= 64 &&
        features.has('immediate_address_space');
      for (const call of calls)
        for (let time = 0; time < 2; time++) {
          const log: unknown[][] = [];
          submit(device, (pass) => call(watch(pass, log)));
          const dispatches = log.filter(([name]) => name === 'dispatchWorkgroups').length;
          expect(dispatches).toBeGreaterThan(0);
          const one = [
            'setPipeline',
            ...(hasImmediates ? ['setImmediates'] : []),
            'setBindGroup',
            'dispatchWorkgroups',
          ];
          expect(log.map(([name]) => name)).toEqual(Array.from({ length: dispatches }, () => one).flat());
          for (const [name, ...given] of log) {
            if (name === 'setBindGroup') expect([given.length, given[0]]).toEqual([2, 0]);
            if (name === 'setImmediates') expect([given[0], (given[1] as ArrayBuffer).byteLength]).toEqual([0, 64]);
          }
        }
      monitor.dispose();
      gpu.dispose();
    }
  });

  test('1500 different parameters before one submit, without immediate data', async () => {
    const { device } = held;
    const gpu = new Activations([device, false, undefined, undefined]);
    const n = 1500;
    const x = bufferOf(device, new Float32Array(64).fill(-1));
    const y = poisoned(device, n * 64);
    submit(device, (pass) => {
      for (let index = 0; index < n; index++) {
        const tensors = { x, y: { buffer: y, offset: index * 256 }, length: 64 };
        gpu.encodeForward(pass, 'leakyRelu', tensors, { alpha: index / 8 });
      }
    });
    const values = await read(device, y);
    expect(values.findIndex((value, i) => value !== 0 - Math.floor(i / 64) / 8)).toBe(-1);
    gpu.dispose();
  });

  test('works between dispatches of a foreign pipeline, in the caller’s pass', async () => {
    const { gpu, device } = held;
    const code = `@group(0) @binding(0) var<storage, read_write> values: array<f32>;
      @compute @workgroup_size(64) fn subtract(@builtin(global_invocation_id) id: vec3u) {
        if (id.x < arrayLength(&values)) { values[id.x] -= 1.0; } }`;
    const module = device.createShaderModule({ code });
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const buffer = bufferOf(
      device,
      new Float32Array(100).map((_, i) => i - 50),
    );
    const layout = pipeline.getBindGroupLayout(0);
    const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] });
    const subtract = (pass: GPUComputePassEncoder): void => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(2);
    };
    submit(device, (pass) => {
      subtract(pass);
      gpu.encodeForward(pass, 'relu', { x: buffer, y: buffer, length: 100 });
      subtract(pass);
    });
    expect(await read(device, buffer)).toEqual(new Float32Array(100).map((_, i) => Math.max(i - 51, 0) - 1));
  });

  test('in place over what f′ is taken of: dx may be x, or the saved y', async () => {
    const { gpu, device } = held;
    const [x, dy] = [exactValues(1027), exactValues(1027, 5)];
    const expected = x.map((v, i) => (v >= 0 ? dy[i]! : dy[i]! / 2));
    for (const name of ['x', 'y'] as const) {
      const [given, upstream] = [bufferOf(device, x), bufferOf(device, dy)];
      const tensors = { [name]: given, dy: upstream, dx: given, length: 1027 } as never;
      submit(device, (pass) => gpu.encodeBackward(pass, 'leakyRelu', tensors, { alpha: 0.5 }));
      expect((await read(device, given)).subarray(0, 1027)).toEqual(expected);
    }
  });

  test.each([
    ['leakyRelu', { alpha: -0.5 }, { x: 9, y: 9 }, { x: 9, dy: 9, dx: 9 }],
    ['silu', { accumulate: true }, { x: 9, y: 9 }, { x: 9, dy: 9, dx: 9 }],
    ['swiglu', {}, { gate: 5, up: 5, y: 5 }, { gate: 5, up: 5, dy: 5, dGate: 5, dUp: 5 }],
    ['swiglu', {}, { gate: 5, up: 5, y: 5 }, { gate: 5, up: 5, dy: 5, dGate: 'gate', dUp: 'up' }],
    ['geglu', { columns: 16 }, { x: 400, y: 200 }, { x: 400, dy: 200, dx: 400 }],
    ['softmax', { columns: 1000 }, { x: 3000, y: 3000 }, { y: 3000, dy: 3000, dx: 3000 }],
    ['gelu', { bias: true, channels: 8 }, { x: 800, bias: 8, y: 800 }, { x: 800, bias: 8, dy: 800, dx: 800 }],
    [
      'prelu',
      { length: 6400, channels: 64 },
      { x: 6400, weight: 64, y: 6400 },
      { x: 6400, weight: 64, dy: 6400, dx: 6400, dWeight: 64 },
    ],
    [
      'leakyRelu',
      { tensors: ['alpha'], channels: 64, length: 640 },
      { x: 640, alpha: 64, y: 640 },
      { x: 640, alpha: 64, dy: 640, dx: 640, dAlpha: 64 },
    ],
    ['mish', { tensors: ['gate', 'up'] }, { gate: 5, up: 5, y: 5 }, { gate: 5, up: 5, dy: 5, dGate: 5, dUp: 5 }],
  ] as const)('prepare %s %j: encoding then compiles nothing', async (name, options, forward, backward) => {
    const { device } = held;
    const gpu = new Activations([device, false, navigator.gpu.wgslLanguageFeatures, undefined]);
    await gpu.prepare(name as 'gelu', options);
    const { createComputePipeline } = device;
    device.createComputePipeline = () => {
      throw new Error('compiled while encoding');
    };
    const { bias: _, length: __, tensors: ___, accumulate, ...rest } = options as Record<string, unknown>;
    try {
      for (const [direction, lengths] of Object.entries({ forward, backward })) {
        const tensors: Record<string, GPUBuffer> = {};
        for (const [key, n] of Object.entries(lengths as Record<string, number | string>))
          tensors[key] = typeof n === 'string' ? tensors[n]! : poisoned(device, n); // in place, by name
        const call = {
          ...tensors,
          length: (lengths as { y?: number; dy?: number })[direction === 'forward' ? 'y' : 'dy'],
        };
        submit(device, (pass) => {
          if (direction === 'forward') gpu.encodeForward(pass, name as 'gelu', call as never, rest);
          else
            gpu.encodeBackward(pass, name as 'gelu', call as never, accumulate ? { ...rest, accumulate: true } : rest);
        });
      }
    } finally {
      device.createComputePipeline = createComputePipeline;
      gpu.dispose();
    }
  });

  test('prepare refuses tensors that the calls cannot have', async () => {
    const message = 'gelu.prepare: expected tensors among x, got "alpha"';
    await expect(held.gpu.prepare('gelu', { tensors: ['alpha'] })).rejects.toThrow(message);
  });

  test('statistics and monitors can be prepared too, and a disposed monitor spoils no commands', async () => {
    const { device } = held;
    const gpu = new Activations([device, false, navigator.gpu.wgslLanguageFeatures, undefined]);
    const monitor = createDeadUnitMonitor(gpu, { channels: 4, window: 1 });
    await gpu.prepare('relu', { channels: 4, length: 64, statistics: { bins: 16 } });
    await monitor.prepare(64);
    const { createComputePipeline } = device;
    device.createComputePipeline = () => {
      throw new Error('compiled while encoding');
    };
    try {
      const [x, statistics] = [bufferOf(device, exactValues(64)), poisoned(device, 4096)];
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      gpu.encodeStatistics(pass, 'relu', { x, statistics, length: 64 }, { channels: 4, bins: 16 });
      monitor.encode(pass, { y: x, length: 64 });
      pass.end();
      monitor.dispose();
      device.queue.submit([encoder.finish()]);
      expect(new Uint32Array((await read(device, statistics)).buffer)[4]).toBe(16);
      expect(() => submit(device, (other) => monitor.encode(other, { y: x, length: 64 }))).toThrow(
        'got a disposed one',
      );
    } finally {
      device.createComputePipeline = createComputePipeline;
      gpu.dispose();
    }
  });

  test('prepare compiles ahead: encoding then compiles nothing', async () => {
    const { gpu, device } = held;
    await gpu.prepare('tanh');
    const { createComputePipeline } = device;
    device.createComputePipeline = () => {
      throw new Error('compiled while encoding');
    };
    try {
      for (const length of [5, 100_005]) {
        const x = bufferOf(device, exactValues(length));
        const y = poisoned(device, length);
        submit(device, (pass) => {
          gpu.encodeForward(pass, 'tanh', { x, y, length });
          gpu.encodeForward(pass, 'tanh', { x, y: x, length });
          gpu.encodeBackward(pass, 'tanh', { x, dy: y, dx: y, length });
        });
      }
    } finally {
      device.createComputePipeline = createComputePipeline;
    }
  });

  test('hyper-parameters are data: alpha = 0.1 and alpha = 0.2 share one pipeline', async () => {
    const { gpu, device } = held;
    const { createShaderModule } = device;
    let modules = 0;
    device.createShaderModule = (descriptor) => {
      modules++;
      return createShaderModule.call(device, descriptor);
    };
    try {
      const x = bufferOf(device, new Float32Array(64));
      const y = poisoned(device, 64);
      submit(device, (pass) => gpu.encodeForward(pass, 'celu', { x, y, length: 64 }, { alpha: 0.1 }));
      const before = modules;
      submit(device, (pass) => gpu.encodeForward(pass, 'celu', { x, y, length: 64 }, { alpha: 0.2 }));
      expect(before).toBe(1);
      expect(modules).toBe(before);
    } finally {
      device.createShaderModule = createShaderModule;
    }
  });

  test('every GPU object carries a label', async () => {
    const { device, gpu } = held;
    const unlabelled: string[] = [];
    const watched = [
      'createBuffer',
      'createShaderModule',
      'createComputePipeline',
      'createComputePipelineAsync',
      'createBindGroup',
      'createCommandEncoder',
    ] as const;
    const originals = watched.map((name) => device[name]);
    watched.forEach((name, index) => {
      device[name] = ((descriptor: { label?: string }) => {
        if (!descriptor.label) unlabelled.push(name);
        return (originals[index] as (given: unknown) => unknown).call(device, descriptor);
      }) as never;
    });
    try {
      await gpu.backward('prelu', { x: exactValues(40), dy: exactValues(40), weight: exactValues(4) });
      await gpu.forward('silu', { x: exactValues(40) });
    } finally {
      watched.forEach((name, index) => {
        device[name] = originals[index] as never;
      });
    }
    expect(unlabelled).toEqual([]);
  });
});
