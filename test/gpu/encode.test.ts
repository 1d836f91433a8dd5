import { describe, expect, test } from 'vitest';
import { Activations } from '../../src/activations.js';
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
    x.destroy();
    expect(encode).toThrow('leakyRelu.forward: expected x to be a live buffer');
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
    ['geglu', { columns: 16 }, { x: 400, y: 200 }, { x: 400, dy: 200, dx: 400 }],
    ['softmax', { columns: 1000 }, { x: 3000, y: 3000 }, { y: 3000, dy: 3000, dx: 3000 }],
    ['gelu', { bias: true, channels: 8 }, { x: 800, bias: 8, y: 800 }, { x: 800, bias: 8, dy: 800, dx: 800 }],
    [
      'prelu',
      { length: 6400, channels: 64 },
      { x: 6400, weight: 64, y: 6400 },
      { x: 6400, weight: 64, dy: 6400, dx: 6400, dWeight: 64 },
    ],
  ] as const)('prepare %s %j: encoding then compiles nothing', async (name, options, forward, backward) => {
    const { device } = held;
    const gpu = new Activations(device, false, navigator.gpu.wgslLanguageFeatures);
    await gpu.prepare(name as 'gelu', options);
    const { createComputePipeline } = device;
    device.createComputePipeline = () => {
      throw new Error('compiled while encoding');
    };
    const { bias: _, length: __, accumulate, ...rest } = options as Record<string, unknown>;
    try {
      for (const [direction, lengths] of Object.entries({ forward, backward })) {
        const tensors = Object.fromEntries(Object.entries(lengths).map(([key, n]) => [key, poisoned(device, n)]));
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
      submit(device, (pass) => gpu.encodeForward(pass, 'elu', { x, y, length: 64 }, { alpha: 0.1 }));
      const before = modules;
      submit(device, (pass) => gpu.encodeForward(pass, 'elu', { x, y, length: 64 }, { alpha: 0.2 }));
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
