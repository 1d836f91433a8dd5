/** Any activation of elements as a gate, and any parameter that may be learned as a tensor, against float64. */
import { describe, expect, test } from 'vitest';
import * as table from '../../src/activations.js';
import { resolveActivation } from '../../src/catalogue.js';
import { fromElements, toElements } from '../../src/check/half.js';
import { referenceOf } from '../../src/check/truth.js';
import { ulpError } from '../../src/check/ulp.js';
import * as core from '../../src/core.js';
import { type Definition, resolveParameters } from '../../src/definition.js';
import { type ActivationName, createDeadUnitMonitor, defineActivation, dynamic } from '../../src/index.js';
import { gatedBy } from '../../src/reference/index.js';
import { bufferOf, exactValues, POISON, poisoned, read, submit, useDevice } from './support.js';

const held = useDevice();
type Floats = Float32Array<ArrayBuffer>;

const values = (length: number, seed: number): Floats => exactValues(length, seed).map((value) => value * 0.37);
const worst = (got: Float32Array, exact: (i: number) => number): number =>
  got.reduce((most, value, i) => Math.max(most, ulpError(value, exact(i))), 0);

/** Gates without a name of their own, with parameters that are float32 numbers. */
const gates: [name: ActivationName, options: Record<string, number>][] = [
  ['mish', {}],
  ['elu', { alpha: 0.75 }],
  ['hardSigmoid', { alpha: 0.25, beta: 0.5 }],
  ['leakyRelu', { alpha: 0.125 }],
];

/** The float64 truth of a gate, and how far a product with its value or derivative may be off. */
function truthOf(name: ActivationName, options: Record<string, number>) {
  const row = resolveActivation(name);
  const parameters = resolveParameters(row, options);
  const { value, dGate, dUp } = gatedBy(referenceOf(row), row.flat);
  return {
    y: (gate: number, up: number) => value(gate, up, parameters),
    dGate: (gate: number, up: number, dy: number) => dGate(gate, up, dy, parameters),
    dUp: (gate: number, up: number, dy: number) => dUp(gate, up, dy, parameters),
    // an ULP of a factor is up to two of the product, whose rounding adds half
    ofValue: 2 * row.bounds.forward + 0.5,
    ofGate: 2 * row.bounds.derivative + 1.5,
  };
}

describe.each(gates)('%s %j as a gate', (name, options) => {
  const exact = truthOf(name, options);
  const calls = () => dynamic(held.gpu);

  test.each([1, 4, 7, 1029])('%i elements, arrays', async (length) => {
    const [gate, up, dy] = [values(length, 1), values(length, 2), values(length, 3)];
    const { y } = await calls().forward(name, { gate, up }, options);
    expect(worst(y!, (i) => exact.y(gate[i]!, up[i]!))).toBeLessThanOrEqual(exact.ofValue);
    const { dGate, dUp } = await calls().backward(name, { gate, up, dy }, options);
    expect(worst(dGate!, (i) => exact.dGate(gate[i]!, up[i]!, dy[i]!))).toBeLessThanOrEqual(exact.ofGate);
    expect(worst(dUp!, (i) => exact.dUp(gate[i]!, up[i]!, dy[i]!))).toBeLessThanOrEqual(exact.ofValue);
  });

  test('encode calls: apart, in place and one gradient alone, the bits of the array calls', async () => {
    const { device } = held;
    const length = 515;
    const [gate, up, dy] = [values(length, 1), values(length, 2), values(length, 3)];
    const { y } = await calls().forward(name, { gate, up }, options);
    const gradients = await calls().backward(name, { gate, up, dy }, options);
    const inputs = () => ({ gate: bufferOf(device, gate), up: bufferOf(device, up) });
    for (const over of ['gate', 'up', undefined] as const) {
      const tensors = inputs();
      const output = over ? tensors[over] : poisoned(device, length + 5);
      submit(device, (pass) => calls().encodeForward(pass, name, { ...tensors, y: output, length }, options));
      expect((await read(device, output)).subarray(0, length)).toEqual(y);
    }
    for (const wanted of [['dGate'], ['dUp'], ['dGate', 'dUp']]) {
      const outputs = Object.fromEntries(wanted.map((key) => [key, poisoned(device, length + 5)]));
      const tensors = { ...inputs(), dy: bufferOf(device, dy), ...outputs, length };
      submit(device, (pass) => calls().encodeBackward(pass, name, tensors, options));
      for (const [key, buffer] of Object.entries(outputs)) {
        const got = await read(device, buffer);
        expect(got.subarray(0, length)).toEqual(gradients[key]);
        expect(got.subarray(length)).toEqual(new Float32Array(5).fill(POISON));
      }
    }
    const tensors = { ...inputs(), dy: bufferOf(device, dy) };
    const over = { dGate: tensors.gate, dUp: tensors.up };
    submit(device, (pass) => calls().encodeBackward(pass, name, { ...tensors, ...over, length }, options));
    expect(await read(device, tensors.gate)).toEqual(gradients.dGate);
    expect(await read(device, tensors.up)).toEqual(gradients.dUp);
  });

  test('gradients accumulate', async () => {
    const [gate, up, dy] = [values(64, 1), values(64, 2), values(64, 3)];
    const once = await calls().backward(name, { gate, up, dy }, options);
    const twice = await calls().backward(name, { gate, up, dy, ...once }, { ...options, accumulate: true });
    for (const key of ['dGate', 'dUp']) expect(twice[key]).toEqual(once[key]!.map((value) => 2 * value));
  });

  test.each(['f16', 'bf16'] as const)('%s: what float32 gives, rounded once', async (dtype) => {
    for (const length of [8, 37]) {
      const stored = [values(length, 1), values(length, 2), values(length, 3)].map((each) => toElements(each, dtype));
      const [gate, up, dy] = stored;
      const [wideGate, wideUp, wideDy] = stored.map((each) => fromElements(each, dtype));
      const { y } = await calls().forward(name, { gate, up }, { ...options, dtype });
      const full = await calls().forward(name, { gate: wideGate, up: wideUp }, options);
      expect(y).toEqual(toElements(full.y!, dtype));
      const got = await calls().backward(name, { gate, up, dy }, { ...options, dtype });
      const wide = await calls().backward(name, { gate: wideGate, up: wideUp, dy: wideDy }, options);
      for (const key of ['dGate', 'dUp']) expect(got[key]).toEqual(toElements(wide[key]!, dtype));
    }
  });

  test.each([
    [2, true],
    [6, false],
    [8, true],
    [8, false],
    [1024, true],
  ])('the halves of rows of %i, gateFirst %s', async (columns, gateFirst) => {
    const { device } = held;
    const [half, rows] = [columns / 2, 5];
    const [x, dy] = [values(rows * columns, 4), values(rows * half, 5)];
    const length = dy.length;
    const at = (i: number, second: boolean): number =>
      Math.floor(i / half) * columns + (i % half) + (second ? half : 0);
    const gate = (i: number): number => x[at(i, !gateFirst)]!;
    const up = (i: number): number => x[at(i, gateFirst)]!;
    const given = { ...options, columns, halves: 'split', gateFirst };
    const { y } = await calls().forward(name, { x }, given);
    expect(y).toHaveLength(length);
    expect(worst(y!, (i) => exact.y(gate(i), up(i)))).toBeLessThanOrEqual(exact.ofValue);
    const { dx } = await calls().backward(name, { x, dy }, given);
    const expected = new Float64Array(x.length);
    for (let i = 0; i < length; i++) {
      expected[at(i, !gateFirst)] = exact.dGate(gate(i), up(i), dy[i]!);
      expected[at(i, gateFirst)] = exact.dUp(gate(i), up(i), dy[i]!);
    }
    expect(worst(dx!, (i) => expected[i]!)).toBeLessThanOrEqual(Math.max(exact.ofGate, exact.ofValue));
    const [xBuffer, yBuffer] = [bufferOf(device, x), poisoned(device, length)];
    submit(device, (pass) => {
      calls().encodeForward(pass, name, { x: xBuffer, y: yBuffer, length }, given);
      calls().encodeBackward(pass, name, { x: xBuffer, dy: bufferOf(device, dy), dx: xBuffer, length }, given);
    });
    expect((await read(device, yBuffer)).subarray(0, length)).toEqual(y);
    expect((await read(device, xBuffer)).subarray(0, x.length)).toEqual(dx);
  });

  // How pairs lie is the kernels' own, whatever the gate: one gate tries all of it.
  const turns = [
    [6, false, 'f32'],
    [8, false, 'f16'],
    [2, true, 'f32'],
    [1026, true, 'f32'],
    [6, true, 'f16'],
    [6, false, 'bf16'],
  ] as const;
  test.each(name === 'mish' ? turns : turns.slice(0, 2))(
    'by turns in rows of %i, gateFirst %s, %s: the bits of two tensors',
    async (columns, gateFirst, dtype) => {
      const { device } = held;
      const length = (columns / 2) * 5;
      const wide = [values(length, 1), values(length, 2), values(length, 3)];
      const [gate, up, dy] = dtype === 'f32' ? wide : wide.map((each) => toElements(each, dtype));
      const x = dtype === 'f32' ? new Float32Array(2 * length) : new Uint16Array(2 * length);
      const turned = (first: ArrayLike<number>, second: ArrayLike<number>): Float32Array | Uint16Array =>
        x.map((_, i) => (i % 2 === Number(!gateFirst) ? first : second)[Math.floor(i / 2)]!);
      x.set(turned(gate!, up!));
      const bias = values(columns / 2, 4);
      const given = { ...options, columns, halves: 'interleaved', gateFirst, dtype };
      for (const more of [{}, { bias }]) {
        const { y } = await calls().forward(name, { x, ...more }, given);
        expect(y).toEqual((await calls().forward(name, { gate, up, ...more }, { ...options, dtype })).y);
        const { dx, dBias } = await calls().backward(name, { x, dy, ...more }, given);
        const apart = await calls().backward(name, { gate, up, dy, ...more }, { ...options, dtype });
        expect(dx).toEqual(turned(apart.dGate!, apart.dUp!));
        expect(dBias).toEqual(apart.dBias);
        if (dBias) continue;
        const sums = await calls().backward(name, { x, dy, dx }, { ...given, accumulate: true });
        if (dtype === 'f32') expect(sums.dx).toEqual(dx!.map((value) => 2 * value));
      }
      if (dtype !== 'f32') return;
      const { y } = await calls().forward(name, { x }, given);
      const { dx } = await calls().backward(name, { x, dy }, given);
      const [xBuffer, yBuffer] = [bufferOf(device, x as Floats), poisoned(device, length)];
      submit(device, (pass) => {
        calls().encodeForward(pass, name, { x: xBuffer, y: yBuffer, length }, given);
        calls().encodeBackward(
          pass,
          name,
          { x: xBuffer, dy: bufferOf(device, dy as Floats), dx: xBuffer, length },
          given,
        );
      });
      expect((await read(device, yBuffer)).subarray(0, length)).toEqual(y);
      expect((await read(device, xBuffer)).subarray(0, x.length)).toEqual(dx);
    },
  );

  test.each([
    [6, 4, 1],
    [7, 3, 1],
    [3, 2, 5],
    [2, 3, 64],
  ])('a bias of [%i, %i, %i] is the gate’s', async (outer, channels, inner) => {
    const n = outer * channels * inner;
    const [gate, up, dy, bias] = [values(n, 1), values(n, 2), values(n, 3), values(channels, 4)];
    const channel = (i: number): number => Math.floor(i / inner) % channels;
    const biased = gate.map((value, i) => value + bias[channel(i)]!);
    const given = { ...options, channels, inner };
    const { y } = await calls().forward(name, { gate, up, bias }, given);
    expect(worst(y!, (i) => exact.y(biased[i]!, up[i]!))).toBeLessThanOrEqual(exact.ofValue);
    const { dGate, dUp, dBias } = await calls().backward(name, { gate, up, bias, dy }, given);
    expect(worst(dGate!, (i) => exact.dGate(biased[i]!, up[i]!, dy[i]!))).toBeLessThanOrEqual(exact.ofGate);
    expect(worst(dUp!, (i) => exact.dUp(biased[i]!, up[i]!, dy[i]!))).toBeLessThanOrEqual(exact.ofValue);
    const [sums, sizes] = [new Float64Array(channels), new Float64Array(channels)];
    for (let i = 0; i < n; i++) {
      const term = exact.dGate(biased[i]!, up[i]!, dy[i]!);
      sums[channel(i)]! += term;
      sizes[channel(i)]! += Math.abs(term);
    }
    // 4 of a sum of exact terms, and what each of these is off
    const bound = (4 + exact.ofGate * 2) * 2 ** -24;
    expect(Math.max(...dBias!.map((sum, c) => Math.abs(sum - sums[c]!) / (sizes[c]! || 1)))).toBeLessThanOrEqual(bound);
  });
});

test('a gate by its own name is the named unit’s, bit for bit', async () => {
  const calls = dynamic(held.gpu);
  const [gate, up, dy] = [values(1029, 1), values(1029, 2), values(1029, 3)];
  for (const { name, of, requires } of Object.values<Definition>(table)) {
    if (requires !== 'gate') continue;
    expect(await calls.forward(of, { gate, up })).toEqual(await calls.forward(name, { gate, up }));
    expect(await calls.backward(of, { gate, up, dy })).toEqual(await calls.backward(name, { gate, up, dy }));
  }
});

const layouts: [what: string, outer: number, channels: number, inner: number][] = [
  ['one value', 7, 1, 1],
  ['one value', 1029, 1, 1],
  ['channels last, in fours', 5, 8, 1],
  ['channels last, gathered', 5, 7, 1],
  ['inner 5, gathered', 2, 3, 5],
  ['inner 8', 3, 4, 8],
  ['inner 256', 2, 3, 256],
  ['many channels', 1, 3001, 1],
];

describe('leakyRelu with a learned alpha', () => {
  const slopesOf = (n: number, channels: number, inner: number) => {
    const [x, dy, alpha] = [values(n, 1), values(n, 2), values(channels, 3)];
    const channel = (i: number): number => Math.floor(i / inner) % channels;
    const slope = (i: number): number => (x[i]! >= 0 ? 1 : alpha[channel(i)]!);
    const [sums, sizes] = [new Float64Array(channels), new Float64Array(channels)];
    for (let i = 0; i < n; i++) {
      const term = x[i]! >= 0 ? 0 : dy[i]! * x[i]!;
      sums[channel(i)]! += term;
      sizes[channel(i)]! += Math.abs(term);
    }
    const sumError = (got: Float32Array): number =>
      Math.max(...got.map((sum, c) => Math.abs(sum - sums[c]!) / (sizes[c]! || 1))) * 2 ** 24;
    return { x, dy, alpha, slope, sumError };
  };

  test.each(layouts)('%s: [%i, %i, %i]', async (_, outer, channels, inner) => {
    const n = outer * channels * inner;
    const { x, dy, alpha, slope, sumError } = slopesOf(n, channels, inner);
    const layout = { channels, inner };
    const { y } = await held.gpu.forward('leakyRelu', { x, alpha }, layout);
    expect(y).toEqual(x.map((value, i) => value * slope(i)));
    const { dx, dAlpha } = await held.gpu.backward('leakyRelu', { x, alpha, dy }, layout);
    expect(dx).toEqual(dy.map((value, i) => value * slope(i)));
    expect(dAlpha).toHaveLength(channels);
    expect(sumError(dAlpha)).toBeLessThanOrEqual(4);
    // as prelu's, which requires it
    expect({ dx, dWeight: dAlpha }).toEqual(await held.gpu.backward('prelu', { x, weight: alpha, dy }, layout));
  });

  test.each(layouts)('%s: [%i, %i, %i], encoded: both, one alone, accumulating', async (_, outer, channels, inner) => {
    const { gpu, device } = held;
    const n = outer * channels * inner;
    const { x, dy, alpha } = slopesOf(n, channels, inner);
    const layout = { channels, inner };
    const expected = await gpu.backward('leakyRelu', { x, alpha, dy }, layout);
    const own = { x: bufferOf(device, x), alpha: bufferOf(device, alpha), length: n };
    const inputs = { ...own, dy: bufferOf(device, dy) };
    const y = poisoned(device, n);
    submit(device, (pass) => gpu.encodeForward(pass, 'leakyRelu', { ...own, y }, layout));
    expect((await read(device, y)).subarray(0, n)).toEqual((await gpu.forward('leakyRelu', { x, alpha }, layout)).y);
    for (const wanted of [['dx', 'dAlpha'], ['dx'], ['dAlpha']] as const)
      for (const accumulate of [false, true]) {
        const outputs = Object.fromEntries(
          wanted.map((key) => [key, bufferOf(device, new Float32Array(expected[key].length + 3).fill(8))]),
        );
        const tensors = { ...inputs, ...outputs };
        submit(device, (pass) => dynamic(gpu).encodeBackward(pass, 'leakyRelu', tensors, { ...layout, accumulate }));
        for (const key of wanted) {
          const got = await read(device, outputs[key]!);
          const values = expected[key];
          // a sum is added to what was there before it is rounded
          for (const [i, value] of values.entries())
            if (accumulate) expect(Math.abs(got[i]! - (value + 8))).toBeLessThanOrEqual(Math.abs(value + 8) * 2 ** -23);
            else expect(got[i]).toBe(value);
          expect(got.subarray(values.length, values.length + 3)).toEqual(new Float32Array(3).fill(8));
        }
      }
  });

  test('with a bias, and as a gate', async () => {
    const { x, dy, alpha } = slopesOf(96, 4, 1);
    const bias = values(4, 5);
    const input = x.map((value, i) => value + bias[i % 4]!);
    const slope = (i: number): number => (input[i]! >= 0 ? 1 : alpha[i % 4]!);
    const { y } = await held.gpu.forward('leakyRelu', { x, alpha, bias });
    expect(y).toEqual(input.map((value, i) => value * slope(i)));
    const one = await held.gpu.backward('leakyRelu', { x, alpha, bias, dy });
    const plain = await held.gpu.backward('leakyRelu', { x: input, alpha, dy });
    expect(one.dx).toEqual(plain.dx);
    expect(one.dAlpha).toEqual(plain.dAlpha);
    const up = values(96, 6);
    const gated = await held.gpu.backward('leakyRelu', { gate: x, up, alpha, bias, dy });
    expect(gated.dUp).toEqual(dy.map((value, i) => value * Math.fround(input[i]! * slope(i))));
    const sums = { alpha: new Float64Array(4), size: new Float64Array(4) };
    for (let i = 0; i < 96; i++) {
      const term = input[i]! >= 0 ? 0 : dy[i]! * up[i]! * input[i]!;
      sums.alpha[i % 4]! += term;
      sums.size[i % 4]! += Math.abs(term);
    }
    for (let c = 0; c < 4; c++)
      expect(Math.abs(gated.dAlpha[c]! - sums.alpha[c]!) / sums.size[c]!).toBeLessThanOrEqual(8 * 2 ** -24);
  });

  test('f16: float32 sums, and elements rounded once', async () => {
    const calls = dynamic(held.gpu);
    const { x, dy, alpha } = slopesOf(96, 4, 1);
    const [half, halfDy] = [toElements(x, 'f16'), toElements(dy, 'f16')];
    const wide = { x: fromElements(half, 'f16'), dy: fromElements(halfDy, 'f16'), alpha };
    const got = await calls.backward('leakyRelu', { x: half, dy: halfDy, alpha }, { dtype: 'f16' });
    const full = await calls.backward('leakyRelu', wide);
    expect(got.dx).toEqual(toElements(full.dx!, 'f16'));
    expect(got.dAlpha).toEqual(full.dAlpha);
  });

  test('a number and a tensor for the same parameter', async () => {
    const message = 'expected alpha as a number or as a tensor, got the number alpha and the tensor alpha';
    const { device, gpu } = held;
    const x = values(4, 1);
    const alpha = Float32Array.of(1);
    await expect(gpu.forward('leakyRelu', { x, alpha }, { alpha: 0.5 })).rejects.toThrow(
      new TypeError(`leakyRelu.forward: ${message}`),
    );
    const tensors = { x: bufferOf(device, x), alpha: bufferOf(device, alpha), y: poisoned(device, 4), length: 4 };
    submit(device, (pass) =>
      expect(() => gpu.encodeForward(pass, 'leakyRelu', tensors, { alpha: 0.5 })).toThrow(message),
    );
    await expect(dynamic(gpu).forward('prelu', { x, weight: alpha }, { alpha: 0.5 })).rejects.toThrow(
      /prelu\.forward: expected options among .*, got "alpha"/,
    );
  });

  test('a tensor of another length, and y in place of x', async () => {
    const calls = dynamic(held.gpu);
    const x = values(12, 1);
    await expect(calls.forward('leakyRelu', { x, alpha: values(3, 1) }, { channels: 4 })).rejects.toThrow(
      'leakyRelu.forward: expected alpha of length 4, got 3',
    );
    await expect(calls.backward('leakyRelu', { y: x, alpha: values(3, 1), dy: x })).rejects.toThrow(
      /leakyRelu\.backward: expected x with a learned alpha, got y/,
    );
  });
});

describe('an activation of one’s own with a learned parameter', () => {
  const cubic = defineActivation({
    name: 'cubic',
    parameters: { scale: { default: 2, range: [-100, 100] } },
    learned: ['scale'],
    wgsl: `
      fn cubic(x: real, scale: real) -> real { return scale * x * x * x; }
      fn cubic_derivative(x: real, scale: real) -> real { return 3.0 * scale * x * x; }
      fn cubic_scale_derivative(x: real, scale: real) -> real { return x * x * x; }`,
    reference: {
      value: (x, { scale }) => scale * x ** 3,
      derivative: (x, { scale }) => 3 * scale * x ** 2,
      by: { scale: (x) => x ** 3 },
    },
  });
  // products of these are exact in float32
  const small = (length: number, seed: number): Floats =>
    exactValues(length, seed).map((value) => Math.round(value / 4) || 1);

  test.each(layouts.filter(([, outer, channels, inner]) => outer * channels * inner < 1100))(
    '%s: [%i, %i, %i], alone and as a gate',
    async (_, outer, channels, inner) => {
      const { gpu } = held;
      const n = outer * channels * inner;
      const [x, up, dy, scale] = [small(n, 1), small(n, 2), small(n, 3), small(channels, 4)];
      const at = (i: number): number => scale[Math.floor(i / inner) % channels]!;
      const sums = (term: (i: number) => number): Floats => {
        const sum = new Float64Array(channels);
        for (let i = 0; i < n; i++) sum[Math.floor(i / inner) % channels]! += term(i);
        return Float32Array.from(sum);
      };
      const layout = { channels, inner };
      expect((await gpu.forward(cubic, { x, scale }, layout)).y).toEqual(x.map((v, i) => at(i) * v ** 3));
      const alone = await gpu.backward(cubic, { x, scale, dy }, layout);
      expect(alone.dx).toEqual(x.map((v, i) => dy[i]! * 3 * at(i) * v ** 2));
      expect(alone.dScale).toEqual(sums((i) => dy[i]! * x[i]! ** 3));
      const { y } = await gpu.forward(cubic, { gate: x, up, scale }, layout);
      expect(y).toEqual(x.map((v, i) => at(i) * v ** 3 * up[i]!));
      const gated = await gpu.backward(cubic, { gate: x, up, scale, dy }, layout);
      expect(gated.dGate).toEqual(x.map((v, i) => dy[i]! * up[i]! * 3 * at(i) * v ** 2));
      expect(gated.dUp).toEqual(x.map((v, i) => dy[i]! * at(i) * v ** 3));
      expect(gated.dScale).toEqual(sums((i) => dy[i]! * up[i]! * x[i]! ** 3));
    },
  );

  test('by number, by tensor, and as the halves of x or by turns', async () => {
    const { gpu } = held;
    const x = small(24, 1);
    const scale = Float32Array.of(3);
    expect(await gpu.forward(cubic, { x }, { scale: 3 })).toEqual(await gpu.forward(cubic, { x, scale }));
    expect((await gpu.forward(cubic, { x })).y).toEqual(x.map((v) => 2 * v ** 3));
    const { y } = await gpu.forward(cubic, { x, scale }, { columns: 6, halves: 'split' });
    const place = (i: number): number => Math.floor(i / 3) * 6 + (i % 3);
    expect(y).toEqual(new Float32Array(12).map((_, i) => 3 * x[place(i)]! ** 3 * x[place(i) + 3]!));
    const layout = { columns: 6, halves: 'interleaved' } as const;
    await gpu.prepare(cubic, { ...layout, tensors: ['scale'] });
    const turns = await gpu.backward(cubic, { x, scale, dy: small(12, 2) }, layout);
    const parts = { gate: x.filter((_, i) => i % 2 === 0), up: x.filter((_, i) => i % 2 === 1) };
    const apart = await gpu.backward(cubic, { ...parts, scale, dy: small(12, 2) });
    expect(turns.dScale).toEqual(apart.dScale);
    expect(turns.dx).toEqual(x.map((_, i) => (i % 2 ? apart.dUp : apart.dGate)[Math.floor(i / 2)]!));
  });

  test('encoded: dScale alone, into what it holds', async () => {
    const { gpu, device } = held;
    const [x, dy, scale] = [small(36, 1), small(36, 2), small(3, 3)];
    const { dScale } = await gpu.backward(cubic, { x, dy, scale }, { channels: 3 });
    const output = bufferOf(device, [1, 2, 3, POISON]);
    const inputs = { x: bufferOf(device, x), dy: bufferOf(device, dy), scale: bufferOf(device, scale), length: 36 };
    submit(device, (pass) =>
      gpu.encodeBackward(pass, cubic, { ...inputs, dScale: output }, { channels: 3, accumulate: true }),
    );
    expect(await read(device, output)).toEqual(new Float32Array([...dScale.map((value, c) => value + c + 1), POISON]));
  });
});

describe('the library without a list of names', () => {
  test('imported activations, one’s own, statistics, a monitor and tuning', async () => {
    const { device } = held;
    const { channels, gates } = core;
    const gpu = await core.createActivations({ device, parts: { channels, gates } });
    const x = values(64, 1);
    const alpha = Float32Array.of(0.5);
    expect((await gpu.forward(table.gelu, { x })).y).toEqual((await held.gpu.forward('gelu', { x })).y);
    expect((await gpu.backward(table.leakyRelu, { x, alpha, dy: x })).dAlpha).toEqual(
      (await held.gpu.backward('leakyRelu', { x, alpha, dy: x })).dAlpha,
    );
    expect((await gpu.forward(table.mish, { gate: x, up: x })).y).toEqual(
      (await held.gpu.forward('mish', { gate: x, up: x })).y,
    );
    expect((await gpu.forward(table.softmax, { x }, { columns: 8 })).y).toEqual(
      (await held.gpu.forward('softmax', { x }, { columns: 8 })).y,
    );
    const y = poisoned(device, 64);
    await gpu.prepare(table.tanh, { length: 64 });
    submit(device, (pass) => gpu.encodeForward(pass, table.tanh, { x: bufferOf(device, x), y, length: 64 }));
    expect(await read(device, y)).toEqual((await held.gpu.forward('tanh', { x })).y);

    const options = { channels: 4, bins: 8 };
    const expected = await held.gpu.statistics('relu', { x }, options);
    expect(await core.statistics(gpu, table.relu, { x }, options)).toEqual(expected);
    const statistics = poisoned(device, core.statisticsByteLength(options) / 4);
    submit(device, (pass) =>
      core.encodeStatistics(gpu, pass, table.relu, { x: bufferOf(device, x), statistics, length: 64 }, options),
    );
    expect(core.readStatistics((await read(device, statistics)).buffer as ArrayBuffer)).toEqual(expected);

    const monitor = core.createDeadUnitMonitor(gpu, { name: table.relu, channels: 4, window: 1 });
    const dead = bufferOf(device, [0, 1, 0, 1, 0, 1, 0, 0]);
    submit(device, (pass) => monitor.encode(pass, { y: dead, length: 8 }));
    expect(await monitor.report()).toMatchObject({ dead: [0, 2], batches: 1 });
    monitor.dispose();

    const shape = await core.tune(gpu, {});
    expect([64, 128, 256]).toContain(shape.workgroupSize);
    gpu.dispose();
  });

  test('a name is none of them', async () => {
    const gpu = await core.createActivations({ device: held.device });
    const message =
      'activation: expected an import of webgpu-activations/activations, got "gelu"; createActivations of webgpu-activations takes names';
    const x = values(4, 1);
    await expect(gpu.forward('gelu' as never, { x } as never)).rejects.toThrow(new TypeError(message));
    await expect(core.statistics(gpu, 'gelu', { x })).rejects.toThrow(message);
    expect(() => core.createDeadUnitMonitor(gpu, { channels: 4, window: 1 })).toThrow(/got "relu"/);
    gpu.dispose();
  });

  test('the functions take the object of either entry', async () => {
    const x = values(64, 1);
    expect(await core.statistics(held.gpu, 'relu', { x })).toEqual(await held.gpu.statistics('relu', { x }));
    const monitor = createDeadUnitMonitor(held.gpu, { channels: 4, window: 1 });
    expect((await monitor.report()).batches).toBe(0);
    monitor.dispose();
    await expect(core.statistics({}, 'relu', { x })).rejects.toThrow(
      'statistics: expected gpu to be what createActivations() gave, got Object',
    );
  });
});
