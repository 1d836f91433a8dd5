/** Every parameter that may be learned, all of an activation at once, one value a channel, against float64. */
import { describe, expect, test } from 'vitest';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import { normalInputs } from '../../src/check/samples.js';
import { referenceOf } from '../../src/check/truth.js';
import { ulpError } from '../../src/check/ulp.js';
import { resolveParameters } from '../../src/definition.js';
import { gradientOf } from '../../src/forms.js';
import { dynamic } from '../../src/index.js';
import { bufferOf, poisoned, read, submit, useDevice } from './support.js';

const held = useDevice();

const names = Object.values(catalogue)
  .filter(({ maps, requires, learned }) => maps === 'element' && !requires && Object.keys(learned).length > 0)
  .map(({ name }) => name);

const layouts: readonly (readonly [what: string, outer: number, channels: number, inner: number])[] = [
  ['channels last, four at a time', 40, 8, 1],
  ['channels last, gathered', 31, 5, 1],
  ['long runs', 2, 3, 64],
];

/** Near the defaults, another in each channel, never 0. */
const valuesOf = (usual: number, channels: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: channels }, (_, channel) => (usual || 0.25) * (1 + 0.37 * channel));

function caseOf(name: string, channels: number, inner: number, n: number) {
  const row = resolveActivation(name);
  const usual = resolveParameters(row);
  const tensors = Object.fromEntries(
    Object.entries(row.learned).map(([tensor, parameter]) => [tensor, valuesOf(usual[parameter]!, channels)]),
  );
  const [x, dy] = [normalInputs(n, 1), normalInputs(n, 2)] as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
  const channelOf = (i: number): number => Math.floor(i / inner) % channels;
  const parametersOf = (i: number) => ({
    ...usual,
    ...Object.fromEntries(
      Object.entries(row.learned).map(([tensor, parameter]) => [parameter, tensors[tensor]![channelOf(i)]!]),
    ),
  });
  return { row, tensors, x, dy, channelOf, parametersOf };
}

/** Every gradient alone is a text of its own to compile: some names stand for all. */
const frozen = ['dyt', 'xielu', 'swish'];

describe.each(names)('%s with all that may be learned', (name) => {
  test.each(layouts)('%s: [%i, %i, %i]', async (_, outer, channels, inner) => {
    const n = outer * channels * inner;
    const { row, tensors, x, dy, channelOf, parametersOf } = caseOf(name, channels, inner, n);
    const { value, derivative, by } = referenceOf(row);
    const calls = dynamic(held.gpu);
    const { y } = await calls.forward(name, { x, ...tensors }, { channels, inner });
    const got = await calls.backward(name, { x, dy, ...tensors }, { channels, inner });
    const { absolute = 0, forward, derivative: bound } = row.bounds;
    const isWrong = (result: number, exact: number, most: number, slack: number): boolean =>
      Math.abs(result - exact) > slack && !(ulpError(result, exact) <= most);
    const wrong: unknown[] = [];
    for (let i = 0; i < n; i++) {
      const parameters = parametersOf(i);
      const slack = typeof absolute === 'function' ? absolute(x[i]!, parameters) : absolute;
      const exact = value(x[i]!, parameters);
      const slope = dy[i]! * derivative(x[i]!, parameters);
      if (isWrong(y![i]!, exact, forward + 1, slack)) wrong.push({ i, x: x[i], y: y![i], exact });
      if (isWrong(got.dx![i]!, slope, bound + 1.5, slack * Math.abs(dy[i]!)))
        wrong.push({ i, x: x[i], dx: got.dx![i], slope });
    }
    for (const [tensor, parameter] of Object.entries(row.learned)) {
      const [sums, sizes] = [new Float64Array(channels), new Float64Array(channels)];
      for (let i = 0; i < n; i++) {
        const term = dy[i]! * by![parameter]!(x[i]!, parametersOf(i));
        sums[channelOf(i)]! += term;
        sizes[channelOf(i)]! += Math.abs(term);
      }
      const gradient = got[gradientOf(tensor)]!;
      expect(gradient).toHaveLength(channels);
      for (let channel = 0; channel < channels; channel++)
        if (!(Math.abs(gradient[channel]! - sums[channel]!) <= 4 * 2 ** -24 * sizes[channel]!))
          wrong.push({ tensor, channel, got: gradient[channel], sum: sums[channel], size: sizes[channel] });
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  if (frozen.includes(name))
    test('frozen in turn, as a gate and with a bias: the same bits', async () => {
      const { gpu, device } = held;
      const [channels, n] = [4, 4 * 33];
      const { row, tensors, x, dy } = caseOf(name, channels, 1, n);
      const bias = valuesOf(0.5, channels);
      const up = normalInputs(n, 3);
      for (const sources of [{ x }, { gate: x, up }] as Record<string, Float32Array<ArrayBuffer>>[]) {
        const inputs = { ...sources, dy, bias, ...tensors };
        const options = { channels };
        const all = await dynamic(gpu).backward(name, inputs, options);
        expect(Object.keys(all).sort()).toEqual(
          [...(sources.x ? ['dx'] : ['dGate', 'dUp']), ...Object.keys(row.learned).map(gradientOf), 'dBias'].sort(),
        );
        const buffers = Object.fromEntries(
          Object.entries(inputs).map(([key, values]) => [key, bufferOf(device, values)]),
        );
        for (const wanted of Object.keys(all)) {
          const output = poisoned(device, all[wanted]!.length);
          submit(device, (pass) =>
            dynamic(gpu).encodeBackward(pass, name, { ...buffers, [wanted]: output, length: n }, options),
          );
          const { length } = all[wanted]!;
          expect((await read(device, output)).subarray(0, length), wanted).toEqual(all[wanted]);
        }
      }
    });
});

describe('one value beside one a channel', () => {
  test.each(layouts)('%s: [%i, %i, %i]', async (_, outer, channels, inner) => {
    const { gpu, device } = held;
    const n = outer * channels * inner;
    const { tensors, x, dy } = caseOf('affine', channels, inner, n);
    const options = { channels, inner };
    const given = { x, alpha: tensors.alpha!, beta: Float32Array.of(1.5), bias: Float32Array.of(0.25) };
    const repeated = {
      ...given,
      beta: new Float32Array(channels).fill(1.5),
      bias: new Float32Array(channels).fill(0.25),
    };
    const [one, many] = [given, repeated].map((arrays) => gpu.backward('affine', { ...arrays, dy }, options));
    const { dBeta, dBias, ...own } = await one!;
    const { dBeta: betas, dBias: biases, ...same } = await many!;
    expect(own).toEqual(same);
    expect(await gpu.forward('affine', given, options)).toEqual(await gpu.forward('affine', repeated, options));
    for (const [sum, parts] of [
      [dBeta!, betas!],
      [dBias!, biases!],
    ] as const) {
      expect(sum).toHaveLength(1);
      const exact = parts.reduce((total, part) => total + part, 0);
      const size = parts.reduce((total, part) => total + Math.abs(part), 0);
      expect(Math.abs(sum[0]! - exact)).toBeLessThanOrEqual(2 ** -23 * size);
    }
    // a buffer, or a range, of four bytes
    const buffers = Object.fromEntries(
      Object.entries({ ...given, dy }).map(([name, values]) => [
        name,
        { buffer: bufferOf(device, values), size: values.byteLength },
      ]),
    );
    const sums = bufferOf(device, new Float32Array(64 + 1).fill(2));
    submit(device, (pass) =>
      dynamic(gpu).encodeBackward(
        pass,
        'affine',
        { ...buffers, dBeta: { buffer: sums, offset: 256 }, length: n },
        { ...options, accumulate: true },
      ),
    );
    expect((await read(device, sums))[64]).toBeCloseTo(2 + dBeta![0]!, 4);
  });

  test('arrays of another length are refused', async () => {
    const [x, alpha] = [new Float32Array(8), new Float32Array(4).fill(1)];
    await expect(held.gpu.forward('affine', { x, alpha, beta: Float32Array.of(1, 2) })).rejects.toThrow(
      'affine.forward: expected beta of length 4, got 2',
    );
  });
});

test.each([
  ['dyt', 'alpha', { gamma: Float32Array.of(2), beta: Float32Array.of(3) }, 3],
  ['scaledTanh', 'beta', { alpha: Float32Array.of(2) }, 0],
])('%s with a learned %s of 0 is constant, also at ±∞', async (name, factor, others, constant) => {
  const x = Float32Array.of(-Infinity, -1, 0, 1, Infinity);
  const tensors = { x, [factor]: Float32Array.of(0), ...others };
  const { y } = await dynamic(held.gpu).forward(name, tensors);
  expect(Array.from(y!, (value) => value + 0)).toEqual(Array(5).fill(constant));
  const { dx } = await dynamic(held.gpu).backward(name, { ...tensors, dy: new Float32Array(5).fill(1) });
  expect(Array.from(dx!, (value) => value + 0)).toEqual(Array(5).fill(0));
});
