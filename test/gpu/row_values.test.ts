/** logSumExp and crossEntropy against float64, for every way a row is spread over threads and workgroups. */
import { beforeAll, describe, expect, test } from 'vitest';
import { checkEncode } from '../../src/call.js';
import { resolveActivation } from '../../src/catalogue.js';
import { fromElements, toElements } from '../../src/check/half.js';
import { Dispatcher } from '../../src/dispatch.js';
import type { Direction } from '../../src/forms.js';
import { hasImmediates, Pipelines } from '../../src/pipeline.js';
import { type Limits, limitsOf, planCall } from '../../src/plan/index.js';
import { rowValues } from '../../src/reference/index.js';
import { bufferOf, POISON, poisoned, read, submit, useDevice } from './support.js';

const strategies = { teams: { isFallback: false, subgroupSize: undefined }, streams: { isFallback: true } };
type Strategy = keyof typeof strategies;
const everyStrategy = Object.keys(strategies) as Strategy[];
// biome-ignore lint/suspicious/noExplicitAny: names known at run time
type Any = any;

const held = useDevice();
let dispatcher: Dispatcher;
let limits: Limits;
beforeAll(() => {
  const languageFeatures = navigator.gpu.wgslLanguageFeatures;
  dispatcher = new Dispatcher(held.device, new Pipelines(held.device, hasImmediates(held.device, languageFeatures)));
  limits = limitsOf(held.device, languageFeatures);
});

/** Uniform on [-scale, scale): a hash of the index. */
function randomValues(length: number, seed: number, scale: number): Float32Array<ArrayBuffer> {
  return new Float32Array(length).map((_, i) => {
    let hash = Math.imul(i + Math.imul(seed, 0x9e3779b9), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    return ((hash ^ (hash >>> 13)) / 2 ** 31) * scale;
  });
}

const bitsOf = (values: Uint32Array): Float32Array => new Float32Array(values.buffer, values.byteOffset, values.length);

function encode(
  strategy: Strategy,
  name: string,
  direction: Direction,
  tensors: Record<string, unknown>,
  options: object,
): void {
  const { call, ranges } = checkEncode(resolveActivation(name), direction, tensors, { ...options }, 256);
  submit(held.device, (pass) =>
    dispatcher.encode(pass, planCall(call, { ...limits, ...strategies[strategy] }), ranges),
  );
}

/** The largest error beyond `unit(i)`·2⁻²⁴; NaN and ∞ must be matched. */
function worst(got: Float32Array, exact: Float64Array, unit: (i: number) => number): number {
  let largest = got.length === exact.length ? 0 : Infinity;
  for (let i = 0; i < exact.length; i++) {
    if (Object.is(got[i], Math.fround(exact[i]!))) continue;
    const error = Math.abs(got[i]! - exact[i]!) / (2 ** -24 * unit(i));
    largest = Math.max(largest, Number.isNaN(error) ? Infinity : error);
  }
  return largest;
}

const IGNORED = -100 >>> 0;
const special: ((row: Float32Array) => unknown)[] = [
  () => undefined,
  (row) => row.fill(-Infinity),
  (row) => row.fill(Infinity, row.length >> 1),
  (row) => row.fill(NaN, row.length - 1),
  (row) => row.fill(-Infinity, 0, row.length >> 1),
  (row) => row.fill(1e30, 0, 1),
];

function rowsOf(columns: number): { x: Float32Array<ArrayBuffer>; labels: Uint32Array<ArrayBuffer>; dy: Float32Array } {
  const rows = special.length + 6;
  const x = randomValues(rows * columns, columns, 9);
  for (const [row, change] of special.entries()) change(x.subarray(row * columns, (row + 1) * columns));
  const labels = Uint32Array.from({ length: rows }, (_, row) => (row * 7919) % columns);
  labels[rows - 1] = IGNORED;
  labels[rows - 2] = columns;
  labels[rows - 3] = columns - 1;
  return { x, labels, dy: randomValues(rows, 2, 2) };
}

const shapes = [1, 3, 64, 1023, 4096, 8200];

describe.each(everyStrategy)('%s', (strategy) => {
  test.each(shapes)('logSumExp of rows of %i', async (columns) => {
    const { x, dy } = rowsOf(columns);
    const buffers = { x: bufferOf(held.device, x), dy: bufferOf(held.device, dy) };
    const y = poisoned(held.device, dy.length);
    const dx = poisoned(held.device, x.length);
    encode(strategy, 'logSumExp', 'forward', { x: buffers.x, y, length: x.length }, { columns });
    encode(strategy, 'logSumExp', 'backward', { ...buffers, dx, length: x.length }, { columns });
    const { forward, backward } = rowValues.logSumExp!;
    const exact = forward({ x, columns });
    const sums = (await read(held.device, y)).subarray(0, dy.length);
    expect(worst(sums, exact, (row) => Math.max(1, Math.abs(exact[row]!)))).toBeLessThanOrEqual(4);
    const gradient = (await read(held.device, dx)).subarray(0, x.length);
    const unit = (i: number) => Math.abs(dy[Math.floor(i / columns)]!);
    expect(worst(gradient, backward({ x, columns }, dy), unit)).toBeLessThanOrEqual(4);
    // dx over x
    encode(strategy, 'logSumExp', 'backward', { ...buffers, dx: buffers.x, length: x.length }, { columns });
    expect((await read(held.device, buffers.x)).subarray(0, x.length)).toEqual(gradient);
  });

  // the longest row that is not cut is logSumExp's, whose kernel it shares
  test.each(shapes.filter((columns) => columns !== 4096))('crossEntropy of rows of %i', async (columns) => {
    const { x, labels, dy } = rowsOf(columns);
    const inputs = { x: bufferOf(held.device, x), labels: bufferOf(held.device, bitsOf(labels)) };
    const given = { ...inputs, dy: bufferOf(held.device, dy), length: x.length };
    for (const parameters of [{}, { labelSmoothing: 0.1, zLoss: 1e-4 }] as Record<string, number>[]) {
      const options = { columns, ...parameters };
      const [loss, logSumExp, dx, other] = [dy.length, dy.length, x.length, x.length].map((length) =>
        poisoned(held.device, length),
      );
      encode(strategy, 'crossEntropy', 'forward', { ...inputs, loss, logSumExp, length: x.length }, options);
      encode(strategy, 'crossEntropy', 'backward', { ...given, dx }, options);
      const { forward, backward } = rowValues.crossEntropy!;
      const exact = forward({ x, labels, columns, parameters });
      const losses = (await read(held.device, loss!)).subarray(0, dy.length);
      expect(worst(losses, exact, (row) => Math.max(1, Math.abs(exact[row]!)))).toBeLessThanOrEqual(4);
      const sums = rowValues.logSumExp!.forward({ x, columns });
      const saved = (await read(held.device, logSumExp!)).subarray(0, dy.length);
      expect(worst(saved, sums, (row) => Math.max(1, Math.abs(sums[row]!)))).toBeLessThanOrEqual(4);
      const gradient = backward({ x, labels, columns, parameters }, dy);
      const own = (await read(held.device, dx!)).subarray(0, x.length);
      expect(worst(own, gradient, (i) => Math.abs(dy[Math.floor(i / columns)]!))).toBeLessThanOrEqual(4);
      // from the saved sums, whose rounding is in the exponent
      encode(strategy, 'crossEntropy', 'backward', { ...given, logSumExp, dx: other }, options);
      const second = (await read(held.device, other!)).subarray(0, x.length);
      const rounding = (row: number) => 4 + Math.abs(Number.isFinite(sums[row]!) ? sums[row]! : 0);
      const unit = (i: number) => Math.abs(dy[Math.floor(i / columns)]!) * rounding(Math.floor(i / columns));
      expect(worst(second, gradient, unit)).toBeLessThanOrEqual(1);
      // without the sums, and dx over x, added or not
      const alone = poisoned(held.device, dy.length);
      encode(strategy, 'crossEntropy', 'forward', { ...inputs, loss: alone, length: x.length }, options);
      expect((await read(held.device, alone)).subarray(0, dy.length)).toEqual(losses);
      const copy = bufferOf(held.device, x);
      encode(strategy, 'crossEntropy', 'backward', { ...given, x: copy, dx: copy }, options);
      expect((await read(held.device, copy)).subarray(0, x.length)).toEqual(own);
      encode(strategy, 'crossEntropy', 'backward', { ...given, dx }, { ...options, accumulate: true });
      expect((await read(held.device, dx!)).subarray(0, x.length)).toEqual(own.map((value) => value + value));
    }
  });
});

test('all tensors in one buffer', async () => {
  const [columns, n, step] = [8, 64, 64];
  const x = randomValues(n, 7, 3);
  const labels = Uint32Array.from({ length: n / columns }, (_, row) => row);
  const dy = randomValues(n / columns, 8, 1);
  const all = new Float32Array(7 * step);
  all.set(x);
  all.set(bitsOf(labels), step);
  all.set(dy, 2 * step);
  const buffer = bufferOf(held.device, all);
  const at = (place: number) => ({ buffer, offset: 4 * step * place });
  const given = { x: at(0), labels: at(1), length: n };
  const outputs = { loss: at(3), logSumExp: at(4) };
  submit(held.device, (pass) => {
    held.gpu.encodeForward(pass, 'crossEntropy', { ...given, ...outputs }, { columns });
    held.gpu.encodeBackward(pass, 'crossEntropy', { ...given, dy: at(2), dx: at(5) }, { columns });
    const saved = { ...given, dy: at(2), logSumExp: at(4), dx: at(6) };
    held.gpu.encodeBackward(pass, 'crossEntropy', saved, { columns });
  });
  const got = await read(held.device, buffer);
  const expected = await held.gpu.forward('crossEntropy', { x, labels }, { columns });
  expect(got.subarray(3 * step, 3 * step + n / columns)).toEqual(expected.loss);
  expect(got.subarray(4 * step, 4 * step + n / columns)).toEqual(expected.logSumExp);
  const exact = rowValues.crossEntropy!.backward({ x, labels, columns }, dy);
  for (const place of [5, 6])
    expect(worst(got.subarray(place * step, place * step + n), exact, () => 10)).toBeLessThanOrEqual(1);
  await held.gpu.prepare('crossEntropy', { columns, arena: true });
});

describe('array calls', () => {
  test('a loss, its sums and its gradient', async () => {
    const x = Float32Array.of(1, 2, 3, 0, 0, 0);
    const labels = Uint32Array.of(2, 0);
    const { loss, logSumExp } = await held.gpu.forward('crossEntropy', { x, labels }, { columns: 3 });
    expect([...loss].map((value) => value.toFixed(5))).toEqual(['0.40761', '1.09861']);
    expect([...logSumExp].map((value) => value.toFixed(5))).toEqual(['3.40761', '1.09861']);
    const dy = Float32Array.of(1, 0.5);
    const { dx } = await held.gpu.backward('crossEntropy', { x, labels, dy }, { columns: 3 });
    const again = await held.gpu.backward('crossEntropy', { x, labels, logSumExp, dy }, { columns: 3 });
    const exact = rowValues.crossEntropy!.backward({ x, labels, columns: 3 }, dy);
    for (const each of [dx, again.dx]) expect(worst(each, exact, () => 4)).toBeLessThanOrEqual(1);
    const added = { x, labels, dy, dx: new Float32Array(6).fill(1) };
    const sum = await held.gpu.backward('crossEntropy', added, { columns: 3, accumulate: true });
    expect(sum.dx).toEqual(dx.map((value) => value + 1));
    expect((await held.gpu.forward('logSumExp', { x }, { columns: 3 })).y).toEqual(logSumExp);
    expect((await held.gpu.backward('logSumExp', { x, dy }, { columns: 3 })).dx).toHaveLength(6);
    const ignored = { x, labels: Uint32Array.of(7, 0) };
    expect((await held.gpu.forward('crossEntropy', ignored, { columns: 3, ignoreIndex: 7 })).loss[0]).toBe(0);
    // beyond what float32 holds
    for (const ignoreIndex of [0xffffffff, 0x1000001, -0x1000001]) {
      const both = { x, labels: Uint32Array.of(ignoreIndex, 0) };
      const { loss: two } = await held.gpu.forward('crossEntropy', both, { columns: 3, ignoreIndex });
      expect([two[0], two[1]! > 0]).toEqual([0, true]);
    }
    const none = { x: new Float32Array(0), labels: new Uint32Array(0) };
    expect((await held.gpu.forward('crossEntropy', none)).loss).toHaveLength(0);
  });

  test.each(['f16', 'bf16'] as const)('%s: one value a row is float32', async (dtype) => {
    for (const [columns, inner] of [
      [5, 1],
      [8, 1],
      [4, 3],
    ] as const) {
      const n = 6 * columns * inner;
      const x = toElements(randomValues(n, 4, 3), dtype) as Uint16Array<ArrayBuffer>;
      const labels = Uint32Array.from({ length: n / columns }, (_, row) => row % columns);
      const dy = randomValues(n / columns, 5, 1);
      const options = { columns, inner };
      const wide = { x: fromElements(x, dtype), labels };
      const expected = await held.gpu.forward('crossEntropy', wide, options);
      expect(await held.gpu.forward('crossEntropy', { x, labels }, { ...options, dtype })).toEqual(expected);
      const { dx } = await held.gpu.backward('crossEntropy', { x, labels, dy }, { ...options, dtype });
      const gradient = await held.gpu.backward('crossEntropy', { ...wide, dy }, options);
      expect(dx).toEqual(toElements(gradient.dx, dtype));
    }
  });

  test('over the middle axis', async () => {
    const [outer, columns, inner] = [2, 5, 3];
    const x = randomValues(outer * columns * inner, 6, 3);
    const last = x.map((_, i) => {
      const [block, place, column] = [Math.floor(i / 15), Math.floor((i % 15) / columns), i % columns];
      return x[block * 15 + column * inner + place]!;
    });
    const labels = Uint32Array.of(0, 1, 2, 3, 4, 0);
    expect(await held.gpu.forward('crossEntropy', { x, labels }, { columns, inner })).toEqual(
      await held.gpu.forward('crossEntropy', { x: last, labels }, { columns }),
    );
  });

  test.each([
    [{ labels: Uint32Array.of(0, 3) }, /forward: expected labels below columns = 3, or ignoreIndex = -100, got 3 at 1/],
    [{ labels: Float32Array.of(0, 1) }, /forward: expected labels to be a Uint32Array, got Float32Array/],
    [{ labels: Uint32Array.of(0) }, /forward: expected labels of length 2, got 1/],
    [{}, /forward: expected x, labels, got no labels/],
  ])('%o is refused', async (given, message) => {
    const x = new Float32Array(6);
    await expect(held.gpu.forward('crossEntropy', { x, ...given } as Any, { columns: 3 })).rejects.toThrow(message);
  });

  test('options out of range', async () => {
    const given = { x: new Float32Array(6), labels: new Uint32Array(2) };
    const forward = (options: object) => held.gpu.forward('crossEntropy', given, { columns: 3, ...options });
    await expect(forward({ ignoreIndex: 0.5 })).rejects.toThrow('expected ignoreIndex to be an integer, got 0.5');
    await expect(forward({ labelSmoothing: 2 })).rejects.toThrow('expected 0 ≤ labelSmoothing ≤ 1, got 2');
    const { device, gpu } = held;
    const x = poisoned(device, 6);
    const tensors = { x, labels: x, logSumExp: poisoned(device, 2), length: 6 } as Any;
    submit(device, (pass) => {
      expect(() => gpu.encodeForward(pass, 'crossEntropy', tensors, { columns: 3 })).toThrow(
        'crossEntropy.forward: expected x, labels, loss, logSumExp, got no loss',
      );
    });
    expect(POISON).toBeGreaterThan(0);
  });
});
