/** Tensors that lie in one buffer, apart from each other, as an arena allocator places them. */
import { describe, expect, test } from 'vitest';
import { resolveActivation } from '../../src/catalogue.js';
import { referenceOf } from '../../src/check/truth.js';
import { ulpError } from '../../src/check/ulp.js';
import { Activations, readStatistics, statisticsByteLength } from '../../src/index.js';
import { gatedBy, reference } from '../../src/reference/index.js';
import { exactValues, submit, useDevice } from './support.js';

const held = useDevice();
// calls by a table, whose names and tensors the types cannot follow
// biome-ignore lint/suspicious/noExplicitAny: see above
type Any = any;

type Elements = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
const ALIGNMENT = 256;
const FILL = 0xa5;

/** Places tensors one after the other in one buffer, poison between them; reads them back. */
class Arena {
  readonly ranges: Record<string, { buffer: GPUBuffer; offset: number; size: number }> = {};
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #buffer: GPUBuffer;

  constructor(tensors: Readonly<Record<string, Elements | number>>) {
    let end = 0;
    const places = Object.entries(tensors).map(([name, given]) => {
      const byteLength = typeof given === 'number' ? given : given.byteLength;
      const offset = end;
      end += Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
      return { name, given, offset, byteLength };
    });
    this.#bytes = new Uint8Array(end).fill(FILL);
    this.#buffer = held.device.createBuffer({ label: 'arena', size: end, usage: 0x80 | 0x4 | 0x8 });
    for (const { name, given, offset, byteLength } of places) {
      this.ranges[name] = { buffer: this.#buffer, offset, size: byteLength };
      if (typeof given !== 'number')
        this.#bytes.set(new Uint8Array(given.buffer, given.byteOffset, byteLength), offset);
    }
    held.device.queue.writeBuffer(this.#buffer, 0, this.#bytes);
  }

  /** The bytes of the outputs; everything else must be as it was. */
  async read(outputs: readonly string[]): Promise<Record<string, ArrayBuffer>> {
    const { device } = held;
    const { size } = this.#buffer;
    const staging = device.createBuffer({ label: 'read', size, usage: 0x1 | 0x8 });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#buffer, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(1);
    const after = new Uint8Array(staging.getMappedRange().slice(0));
    staging.destroy();
    const found = Object.fromEntries(
      outputs.map((name) => {
        const { offset, size: byteLength } = this.ranges[name]!;
        const part = after.slice(offset, offset + byteLength).buffer;
        after.set(this.#bytes.subarray(offset, offset + byteLength), offset);
        return [name, part];
      }),
    );
    expect(after.findIndex((byte, i) => byte !== this.#bytes[i])).toBe(-1);
    return found;
  }
}

/** The bits of bfloat16 or float16 numbers of moderate size. */
const halves = (values: Float32Array, dtype: 'f16' | 'bf16'): Uint16Array<ArrayBuffer> =>
  Uint16Array.from(values, (value) => {
    const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
    if (dtype === 'bf16') return bits >>> 16;
    return ((bits >>> 16) & 0x8000) | (((bits & 0x7fffffff) - 0x38000000) >>> 13);
  });

const n = 1028;
const cases: [name: string, direction: 'forward' | 'backward', tensors: Record<string, number>, options?: object][] = [
  ['leakyRelu', 'forward', { x: n }, { alpha: 0.5 }],
  ['leakyRelu', 'forward', { x: 7 }, { alpha: 0.5 }],
  ['gelu', 'backward', { x: n, dy: n }],
  ['tanh', 'backward', { y: 5, dy: 5 }],
  ['silu', 'forward', { x: n, bias: 4 }, { channels: 4 }],
  ['silu', 'backward', { x: n, bias: 4, dy: n }, { channels: 4 }],
  ['silu', 'backward', { x: 30, bias: 3, dy: 30 }, { channels: 3, inner: 2 }],
  ['prelu', 'forward', { x: n, weight: 1 }],
  ['prelu', 'backward', { x: n, weight: 257, dy: n }, { channels: 257 }],
  ['prelu', 'backward', { x: 1024, weight: 2, bias: 2, dy: 1024 }, { channels: 2, inner: 256 }],
  ['swiglu', 'forward', { gate: n, up: n }],
  ['swiglu', 'backward', { gate: n, up: n, bias: 4, dy: n }, { channels: 4 }],
  ['geglu', 'forward', { x: 2 * n }, { columns: 8 }],
  ['geglu', 'backward', { x: 2 * n, dy: n }, { columns: 8 }],
  ['glu', 'backward', { x: 60, dy: 30 }, { columns: 6, gateFirst: false }],
  ['softmax', 'forward', { x: n }, { columns: 257 }],
  ['softmax', 'backward', { y: n, dy: n }, { columns: 257 }],
  ['logSoftmax', 'backward', { x: 20_000, dy: 20_000 }, { columns: 10_000 }],
];

describe.each(['f32', 'f16', 'bf16'] as const)('%s', (dtype) => {
  test.each(cases)('%s.%s %j %j: the bits of an array call', async (name, direction, lengths, given = {}) => {
    const gpu = held.gpu as Any;
    const options = { ...given, dtype };
    const isLearned = (tensor: string): boolean => ['weight', 'bias', 'dWeight', 'dBias'].includes(tensor);
    const inputs = Object.fromEntries(
      Object.entries(lengths).map(([tensor, length], seed) => {
        const values = exactValues(length, seed + 3).map((value) => value / 4);
        const given = tensor === 'y' ? values.map((value) => Math.abs(value) / 8) : values;
        return [tensor, dtype === 'f32' || isLearned(tensor) ? given : halves(given, dtype)];
      }),
    );
    const expected: Record<string, Elements> = await gpu[direction](name, inputs, options);
    const outputs = Object.keys(expected);
    const arena = new Arena({
      ...inputs,
      ...Object.fromEntries(outputs.map((output) => [output, expected[output]!.byteLength])),
    });
    const length = lengths.dy ?? expected.y!.length;
    const encode = direction === 'forward' ? 'encodeForward' : 'encodeBackward';
    submit(held.device, (pass) => gpu[encode](pass, name, { ...arena.ranges, length }, options));
    const found = await arena.read(outputs);
    for (const output of outputs)
      expect(new Uint8Array(found[output]!)).toEqual(new Uint8Array(expected[output]!.buffer));
  });
});

test('against float64: x and y, and gate, up, y and their gradients', async () => {
  const { gpu, device } = held;
  const [x, up, dy] = [1, 2, 3].map((seed) => exactValues(n, seed).map((value) => value / 4)) as [
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
  ];
  const worst = (bytes: ArrayBuffer, exact: (i: number) => number): number =>
    new Float32Array(bytes).reduce((most, value, i) => Math.max(most, ulpError(value, exact(i))), 0);
  const arena = new Arena({ x, y: 4 * n });
  submit(device, (pass) => gpu.encodeForward(pass, 'gelu', { ...(arena.ranges as Any), length: n }));
  expect(worst((await arena.read(['y'])).y!, (i) => reference.gelu!.value(x[i]!, {}))).toBeLessThanOrEqual(2);
  const units = new Arena({ gate: x, up, dy, dGate: 4 * n, dUp: 4 * n });
  submit(device, (pass) => gpu.encodeBackward(pass, 'swiglu', { ...(units.ranges as Any), length: n }));
  const { dGate, dUp } = await units.read(['dGate', 'dUp']);
  const { dGate: exactGate, dUp: exactUp } = gatedBy(referenceOf(resolveActivation('swiglu')), false);
  const given = { beta: 1 };
  expect(worst(dGate!, (i) => exactGate(x[i]!, up[i]!, dy[i]!, given))).toBeLessThanOrEqual(4);
  expect(worst(dUp!, (i) => exactUp(x[i]!, up[i]!, dy[i]!, given))).toBeLessThanOrEqual(3.5);
});

test('in place, with the other tensors in the same buffer; accumulating; the same input twice', async () => {
  const { gpu, device } = held;
  const [x, dy, dx] = [exactValues(n, 1), exactValues(n, 2), exactValues(n, 3)];
  const weight = Float32Array.of(0.5);
  const slope = (i: number): number => (x[i]! >= 0 ? 1 : 0.5);

  const inPlace = new Arena({ x, weight });
  const over = { ...inPlace.ranges, y: inPlace.ranges.x } as Any;
  submit(device, (pass) => gpu.encodeForward(pass, 'prelu', { ...over, length: n }));
  expect(new Float32Array((await inPlace.read(['x'])).x!)).toEqual(x.map((value, i) => value * slope(i)));

  const sum = new Arena({ x, dy, dx });
  const options = { alpha: 0.5, accumulate: true };
  submit(device, (pass) => gpu.encodeBackward(pass, 'leakyRelu', { ...(sum.ranges as Any), length: n }, options));
  expect(new Float32Array((await sum.read(['dx'])).dx!)).toEqual(dx.map((value, i) => value + dy[i]! * slope(i)));

  const twice = new Arena({ x, dx });
  const same = { ...twice.ranges, dy: twice.ranges.x } as Any;
  submit(device, (pass) => gpu.encodeBackward(pass, 'leakyRelu', { ...same, length: n }, { alpha: 0.5 }));
  expect(new Float32Array((await twice.read(['dx'])).dx!)).toEqual(x.map((value, i) => value * slope(i)));

  const all = new Arena({ x });
  const one = { x: all.ranges.x, dy: all.ranges.x, dx: all.ranges.x } as Any;
  submit(device, (pass) => gpu.encodeBackward(pass, 'leakyRelu', { ...one, length: n }, { alpha: 0.5 }));
  expect(new Float32Array((await all.read(['x'])).x!)).toEqual(x.map((value, i) => value * slope(i)));
});

test.each(['relu', 'prelu'] as const)('statistics of %s beside x', async (name) => {
  const { gpu, device } = held;
  const x = exactValues(n, 1);
  const learned: Record<string, Elements> = name === 'prelu' ? { weight: exactValues(4, 2) } : {};
  const size = statisticsByteLength({ channels: 4, bins: 16 });
  const options = { channels: 4, bins: 16 };
  const expected = await gpu.statistics(name, { x, ...learned } as Any, options);
  const arena = new Arena({ x, ...learned, statistics: size });
  submit(device, (pass) => gpu.encodeStatistics(pass, name, { ...(arena.ranges as Any), length: n }, options));
  expect(readStatistics((await arena.read(['statistics'])).statistics!)).toEqual(expected);
  const over = { ...(arena.ranges as Any), statistics: arena.ranges.x };
  submit(device, (pass) =>
    expect(() => gpu.encodeStatistics(pass, name, { ...over, length: n }, options)).toThrow(
      `${name}.statistics: expected statistics not to overlap x, got overlapping ranges of one buffer`,
    ),
  );
});

test('a length beyond one workgroup, with a rest of four', async () => {
  const length = 100_003;
  const x = exactValues(length, 1);
  const arena = new Arena({ x, y: 4 * length });
  const tensors = { ...(arena.ranges as Any), length };
  submit(held.device, (pass) => held.gpu.encodeForward(pass, 'leakyRelu', tensors, { alpha: 0.5 }));
  const y = new Float32Array((await arena.read(['y'])).y!);
  expect(y.findIndex((value, i) => value !== (x[i]! >= 0 ? x[i]! : x[i]! / 2))).toBe(-1);
});

test('what cannot be: an output over an input that it may not replace, inputs that overlap in part', () => {
  const { gpu, device } = held;
  const arena = new Arena({ gate: exactValues(n), up: exactValues(n), y: 4 * n }).ranges as Any;
  const overlapping = { ...arena, up: { ...arena.gate, offset: 256 } };
  submit(device, (pass) => {
    expect(() => gpu.encodeForward(pass, 'swiglu', { ...overlapping, length: n })).toThrow(
      'swiglu.forward: expected up not to overlap gate where an output lies in a buffer of the inputs, got overlapping ranges',
    );
    const y = { ...arena.gate, offset: 256 };
    expect(() => gpu.encodeForward(pass, 'swiglu', { ...arena, y, length: n })).toThrow(
      'swiglu.forward: expected y not to overlap gate, got overlapping ranges of one buffer',
    );
  });
});

test('prepared with `arena`, encoding compiles nothing', async () => {
  const { device } = held;
  const gpu = new Activations([device, false, navigator.gpu.wgslLanguageFeatures, undefined]);
  await gpu.prepare('swiglu', { arena: true, length: n });
  const { createComputePipeline } = device;
  device.createComputePipeline = () => {
    throw new Error('compiled while encoding');
  };
  try {
    const arena = new Arena({ gate: exactValues(n), up: exactValues(n), y: 4 * n, dGate: 4 * n, dUp: 4 * n })
      .ranges as Any;
    submit(device, (pass) => {
      const { dGate, dUp, y, ...inputs } = arena;
      gpu.encodeForward(pass, 'swiglu', { ...inputs, y, length: n });
      gpu.encodeBackward(pass, 'swiglu', { ...inputs, dy: y, dGate, dUp, length: n });
    });
  } finally {
    device.createComputePipeline = createComputePipeline;
    gpu.dispose();
  }
});
