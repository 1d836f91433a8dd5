/**
 * softmax and logSoftmax against float64, for every way a row is spread over threads and workgroups. What plans choose
 * between by the device (barriers, subgroup shuffles, a thread a row) is run here on one device.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkEncode } from '../../src/call.js';
import { resolveActivation } from '../../src/catalogue.js';
import { ulpError } from '../../src/check/ulp.js';
import { Dispatcher } from '../../src/dispatch.js';
import type { Direction } from '../../src/forms.js';
import { hasImmediates, Pipelines } from '../../src/pipeline.js';
import { type Limits, limitsOf, planCall } from '../../src/plan/index.js';
import { CompensatedSum, rowwise, softmaxForward } from '../../src/reference/index.js';
import { bufferOf, POISON, read, submit } from './support.js';

const names = ['softmax', 'logSoftmax'] as const;
type Name = (typeof names)[number];
const strategies = {
  barriers: { isFallback: false, subgroupSize: undefined },
  shuffles: { isFallback: false, subgroupSize: 4 },
  streams: { isFallback: true, subgroupSize: undefined },
};
type Strategy = keyof typeof strategies;
const ALIGNMENT = 256;
const everyStrategy = Object.keys(strategies) as Strategy[];

let device: GPUDevice;
let dispatcher: Dispatcher;
let limits: Limits;
let isWithoutShuffles = false;
beforeAll(async () => {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const languageFeatures = navigator.gpu.wgslLanguageFeatures;
  const hasSubgroups = adapter.features.has('subgroups');
  device = await adapter.requestDevice({ requiredFeatures: hasSubgroups ? ['subgroups' as GPUFeatureName] : [] });
  dispatcher = new Dispatcher(device, new Pipelines(device, hasImmediates(device, languageFeatures)));
  limits = limitsOf(device, languageFeatures);
  isWithoutShuffles = limits.subgroupSize === undefined;
});
beforeEach(() => {
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
});
afterEach(async () => {
  expect(await device.popErrorScope()).toBeNull();
  expect(await device.popErrorScope()).toBeNull();
});
afterAll(() => device.destroy());

interface Layout {
  readonly columns: number;
  readonly accumulate?: boolean;
}

function encode(
  strategy: Strategy,
  name: Name,
  direction: Direction,
  tensors: Record<string, unknown>,
  options: Layout,
): void {
  // a device without subgroup operations runs its barriers twice
  const chosen = strategies[strategy === 'shuffles' && isWithoutShuffles ? 'barriers' : strategy];
  const { call, ranges } = checkEncode(resolveActivation(name), direction, tensors, { ...options }, ALIGNMENT);
  submit(device, (pass) => dispatcher.encode(pass, planCall(call, { ...limits, ...chosen }), ranges));
}

/** Runs a pass on arrays; the output has memory of its own, poisoned before. */
async function run(
  strategy: Strategy,
  name: Name,
  direction: Direction,
  arrays: Record<string, Float32Array>,
  columns: number,
): Promise<Float32Array> {
  const { length } = Object.values(arrays)[0]!;
  const output = direction === 'forward' ? 'y' : 'dx';
  const buffers = Object.entries(arrays).map(([key, values]) => [key, bufferOf(device, values)] as const);
  const result = bufferOf(device, new Float32Array(length).fill(POISON));
  encode(strategy, name, direction, { ...Object.fromEntries(buffers), [output]: result, length }, { columns });
  const values = (await read(device, result)).subarray(0, length);
  for (const [, buffer] of buffers) buffer.destroy();
  result.destroy();
  return values;
}

/** Uniform on [-scale, scale): a hash of the index. */
function randomValues(length: number, seed: number, scale: number): Float32Array<ArrayBuffer> {
  return new Float32Array(length).map((_, i) => {
    let hash = Math.imul(i + Math.imul(seed, 0x9e3779b9), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    return ((hash ^ (hash >>> 13)) / 2 ** 31) * scale;
  });
}

/** How far from exact, in the given units; NaN and ∞ must be matched. */
function errorIn(unit: number, got: number, exact: number): number {
  if (Object.is(got, Math.fround(exact))) return 0;
  const error = Math.abs(got - exact) / unit;
  return Number.isNaN(error) ? Infinity : error;
}

/** The largest error of y as a part of what the contract allows. */
function forwardError(name: Name, y: Float32Array, exact: Float64Array): number {
  let worst = 0;
  for (let i = 0; i < exact.length; i++) {
    const unit = 2 ** -24 * Math.max(1, Math.abs(exact[i]!));
    worst = Math.max(worst, name === 'softmax' ? ulpError(y[i]!, exact[i]!) : errorIn(unit, y[i]!, exact[i]!));
  }
  return worst / 4;
}

/** The largest error of dx as a part of what the contract allows. */
function backwardError(name: Name, dx: Float32Array, exact: Float64Array, dy: Float32Array, columns: number): number {
  let worst = 0;
  for (let start = 0; start < exact.length; start += columns) {
    const sum = new CompensatedSum();
    let largest = 0;
    for (let i = start; i < start + columns; i++) {
      sum.add(dy[i]!);
      largest = Math.max(largest, Math.abs(dy[i]!));
    }
    const unit = 2 ** -24 * (largest + (name === 'logSoftmax' ? Math.abs(sum.value) : 0));
    for (let i = start; i < start + columns; i++) worst = Math.max(worst, errorIn(unit, dx[i]!, exact[i]!));
  }
  return worst / 4;
}

/** y from x, dx from y and dx from x: the errors of each as a part of what the contract allows. */
async function errorsOf(
  strategy: Strategy,
  name: Name,
  rows: number,
  columns: number,
  scale: number,
): Promise<number[]> {
  const { forward, backward } = rowwise[name];
  const x = randomValues(rows * columns, 1, scale);
  const dy = randomValues(rows * columns, 2, 1);
  const y = await run(strategy, name, 'forward', { x }, columns);
  const exact = forward(x, rows, columns);
  const fromY = await run(strategy, name, 'backward', { y, dy }, columns);
  const fromX = await run(strategy, name, 'backward', { x, dy }, columns);
  return [
    forwardError(name, y, exact),
    backwardError(name, fromY, backward(y, dy, rows, columns), dy, columns),
    backwardError(name, fromX, backward(exact, dy, rows, columns), dy, columns),
  ];
}

/** Around each border: of a thread's share, of a team's, of a workgroup's, of a slab's. */
const shapes: [rows: number, columns: number][] = [
  [1, 1],
  [7, 1],
  [3, 2],
  [5, 3],
  [5, 4],
  [9, 16],
  [1000, 17],
  [300, 64],
  [64, 68],
  [16, 1023],
  [16, 1024],
  [16, 1025],
  [5, 2047],
  [5, 2048],
  [5, 2049],
  [5, 2052],
  [3, 4096],
  [3, 4097],
  [3, 4100],
  [2, 8192],
  [3, 8193],
  [1, 50_257],
];

/** How rows are spread is the kernels' own, which all functions share: softmax tries every shape, logSoftmax the wider ones of each kind, and
 *  one of each kind tries shuffles, which replace barriers in the reductions alone. logSoftmax tries shuffles on a whole row and a cut one. */
const someShapes: typeof shapes = [
  [1, 1],
  [5, 3],
  [64, 68],
  [16, 1025],
  [5, 2048],
  [3, 4097],
  [2, 8192],
  [1, 50_257],
];

describe.each(names)('%s', (name) => {
  const { forward, backward } = rowwise[name];

  describe.each(everyStrategy)('%s', (strategy) => {
    const own =
      strategy !== 'shuffles'
        ? name === 'softmax'
          ? shapes
          : someShapes.slice(2)
        : someShapes.slice(name === 'softmax' ? 0 : -2);
    test.each(own)('%i × %i', async (rows, columns) => {
      expect(Math.max(...(await errorsOf(strategy, name, rows, columns, 10)))).toBeLessThanOrEqual(1);
    });

    test('narrow and wide rows of values', async () => {
      for (const scale of [0.01, 1, 100, 10_000])
        for (const columns of [5, 4099])
          expect(Math.max(...(await errorsOf(strategy, name, 4, columns, scale)))).toBeLessThanOrEqual(1);
    });
  });

  test.each([
    [2 ** 18, 3],
    [64, 1023],
    [1, 2 ** 20 + 3],
  ])('%i × %i', async (rows, columns) => {
    expect(Math.max(...(await errorsOf('streams', name, rows, columns, 5)))).toBeLessThanOrEqual(1);
  });

  // logSoftmax cuts a row where softmax does
  test(`a row of 2 to the ${name === 'softmax' ? 24 : 22}`, async () => {
    const n = name === 'softmax' ? 2 ** 24 : 2 ** 22;
    const x = randomValues(n, 3, 8);
    const dy = randomValues(n, 4, 1);
    const y = await run('streams', name, 'forward', { x }, n);
    expect(forwardError(name, y, forward(x, 1, n))).toBeLessThanOrEqual(1);
    const dx = await run('streams', name, 'backward', { y, dy }, n);
    expect(backwardError(name, dx, backward(y, dy, 1, n), dy, n)).toBeLessThanOrEqual(1);
  });

  test('equal values, whose exponentials all are 1', async () => {
    for (const columns of [3, 64, 4097, 100_000]) {
      const y = await run('streams', name, 'forward', { x: new Float32Array(2 * columns).fill(-7.3) }, columns);
      const exact = name === 'softmax' ? 1 / columns : -Math.log(columns);
      expect(forwardError(name, y, new Float64Array(2 * columns).fill(exact))).toBeLessThanOrEqual(0.25);
    }
  });

  test.each(everyStrategy)('the whole range of float32, %s', async (strategy) => {
    const largest = 3.4028234663852886e38;
    const rows = [
      [largest, -largest, 0],
      [largest, largest, -Infinity],
      [-largest, -largest, -largest],
      [1e-40, -1e-40, 0],
      [0, -87, -88],
      [0, -103, -1e30],
      [16777216, 16777215, 16777214],
      [1e-45, 100, -0],
    ];
    const x = new Float32Array(rows.flat());
    const y = await run(strategy, name, 'forward', { x }, 3);
    expect(forwardError(name, y, forward(x, rows.length, 3))).toBeLessThanOrEqual(1);
    const dy = x.map((_, i) => (i % 2 ? -largest : largest));
    const dx = await run(strategy, name, 'backward', { y, dy }, 3);
    expect(backwardError(name, dx, backward(y, dy, rows.length, 3), dy, 3)).toBeLessThanOrEqual(1);
  });

  test.each(everyStrategy)('sums of dy beyond float32 or below it, %s', async (strategy) => {
    for (const columns of [4, 64, 1029, 9000])
      for (const scale of [3.4e38, 1e38, 1e19, 2 ** -60, 2 ** -98]) {
        // half of a row's weight lies in its first element, so that dx is near dy in size there
        const x = randomValues(2 * columns, 13, 0.5);
        for (const first of [0, columns]) x[first] = Math.log(columns);
        const dy = randomValues(2 * columns, 14, 0.5).map((value, i) => scale * (i % columns ? 0.5 + value : value));
        const y = await run(strategy, name, 'forward', { x }, columns);
        const exact = backward(y, dy, 2, columns);
        const dx = await run(strategy, name, 'backward', { y, dy }, columns);
        expect(backwardError(name, dx, exact, dy, columns)).toBeLessThanOrEqual(1);
      }
  });

  describe.each(everyStrategy)('special rows, %s', (strategy) => {
    const holes: [string, (row: Float32Array) => unknown][] = [
      ['a NaN', (row) => row.fill(NaN, row.length >> 1, (row.length >> 1) + 1)],
      ['a NaN with its sign set', (row) => new Uint32Array(row.buffer, row.byteOffset, 1).fill(0xffc00001)],
      ['only NaN', (row) => row.fill(NaN)],
      ['+∞', (row) => row.fill(Infinity, 0, 1)],
      ['+∞ and −∞', (row) => row.fill(Infinity, 0, 1).fill(-Infinity, 1)],
      ['only −∞', (row) => row.fill(-Infinity)],
      ['−∞ after the first', (row) => row.fill(-Infinity, 1)],
      ['one finite value, the last', (row) => row.fill(-Infinity).fill(-5000, row.length - 1)],
    ];
    test.each(name === 'softmax' ? [2, 3, 64, 1000, 4099, 12_000] : [3, 64, 4099])('of %i', async (columns) => {
      const rows = 2 * holes.length + 1;
      const x = randomValues(rows * columns, 5, 3);
      for (const [index, [, change]] of holes.entries())
        change(x.subarray((2 * index + 1) * columns, (2 * index + 2) * columns));
      const dy = randomValues(rows * columns, 6, 1);
      const y = await run(strategy, name, 'forward', { x }, columns);
      expect(forwardError(name, y, forward(x, rows, columns))).toBeLessThanOrEqual(1);
      const exact = backward(y, dy, rows, columns);
      for (const tensors of [
        { y, dy },
        { x, dy },
      ]) {
        const dx = await run(strategy, name, 'backward', tensors as unknown as Record<string, Float32Array>, columns);
        expect(dx.findIndex((value, i) => Number.isNaN(value) !== Number.isNaN(exact[i]!))).toBe(-1);
      }
    });

    test.each([3, 4099])('NaN and ∞ in dy, rows of %i', async (columns) => {
      const y = await run(strategy, name, 'forward', { x: randomValues(4 * columns, 7, 3) }, columns);
      const dy = randomValues(4 * columns, 8, 1);
      dy[columns] = NaN;
      dy[3 * columns - 1] = Infinity;
      const dx = await run(strategy, name, 'backward', { y, dy }, columns);
      const exact = backward(y, dy, 4, columns);
      expect(dx.findIndex((value, i) => errorIn(1e-6, value, exact[i]!) > 1)).toBe(-1);
    });
  });

  const strategiesOf = everyStrategy.filter((strategy) => name === 'softmax' || strategy !== 'shuffles');
  const recorded = strategiesOf.flatMap((strategy) =>
    (
      [
        [100, 17],
        [30, 64],
        [3, 4099],
        [2, 8200],
      ] as const
    ).map(([rows, columns]) => [strategy, rows, columns] as const),
  );
  test.each(recorded)(
    '%s, %i × %i: offsets, in place, accumulate, the bytes beyond, the same bits again',
    async (strategy, rows, columns) => {
      const n = rows * columns;
      const lead = 64;
      const padded = (values: Float32Array): GPUBuffer => {
        const all = new Float32Array(n + 2 * lead).fill(POISON);
        all.set(values, lead);
        return bufferOf(device, all);
      };
      const at = (buffer: GPUBuffer): { buffer: GPUBuffer; offset: number } => ({ buffer, offset: lead * 4 });
      const expectInside = async (buffer: GPUBuffer, expected: Float32Array): Promise<void> => {
        const all = await read(device, buffer);
        const wrong = all.findIndex((value, i) => !Object.is(value, expected[i - lead] ?? POISON));
        expect(wrong).toBe(-1);
      };
      const [x, dy] = [randomValues(n, 9, 5), randomValues(n, 10, 1)];
      const y = await run(strategy, name, 'forward', { x }, columns);
      const [source, target] = [padded(x), padded(new Float32Array(n).fill(POISON))];
      encode(strategy, name, 'forward', { x: at(source), y: at(target), length: n }, { columns });
      await expectInside(target, y);
      encode(strategy, name, 'forward', { x: at(source), y: at(source), length: n }, { columns });
      await expectInside(source, y);
      for (const given of [{ x }, { y }] as Record<string, Float32Array>[]) {
        const expected = await run(strategy, name, 'backward', { ...given, dy }, columns);
        const [key, values] = Object.entries(given)[0]!;
        const record = (upstream: GPUBuffer, dx: GPUBuffer, accumulate: boolean): void => {
          const tensors = { [key]: at(padded(values)), dy: at(upstream), dx: at(dx), length: n };
          encode(strategy, name, 'backward', tensors, { columns, accumulate });
        };
        const [upstream, dx] = [padded(dy), padded(new Float32Array(n).fill(POISON))];
        record(upstream, dx, false);
        await expectInside(dx, expected);
        record(upstream, dx, true);
        await expectInside(
          dx,
          expected.map((value) => value + value),
        );
        record(upstream, upstream, false);
        await expectInside(upstream, expected);
      }
    },
  );
});

test('shuffles and barriers give the same bits', async () => {
  for (const columns of [64, 1023, 8193]) {
    const x = randomValues(3 * columns, 12, 9);
    const [first, second] = [
      await run('barriers', 'softmax', 'forward', { x }, columns),
      await run('shuffles', 'softmax', 'forward', { x }, columns),
    ];
    expect(first.findIndex((value, i) => value !== second[i])).toBe(-1);
  }
});

test.each([
  [2 ** 18 + 5, 130],
  [5, 7_000_001],
])('%i × %i: beyond one binding, rows starting between the possible offsets', async (rows, columns) => {
  expect(device.limits.maxStorageBufferBindingSize).toBe(2 ** 27);
  const n = rows * columns;
  const buffer = device.createBuffer({ size: n * 4 + 16, usage: 0x80 | 0x4 | 0x8 });
  // every row is the same, so that one row in float64 judges all
  const row = randomValues(columns, 11, 4);
  const some = Math.max(1, Math.floor(2 ** 22 / columns));
  const block = new Float32Array(some * columns);
  for (let start = 0; start < block.length; start += columns) block.set(row, start);
  for (let start = 0; start < n; start += block.length)
    device.queue.writeBuffer(buffer, start * 4, block, 0, Math.min(block.length, n - start));
  device.queue.writeBuffer(buffer, n * 4, new Float32Array(4).fill(POISON));
  encode('streams', 'softmax', 'forward', { x: buffer, y: buffer, length: n }, { columns });
  const first = await read(device, buffer, 0, columns * 4);
  expect(forwardError('softmax', first, softmaxForward(row, 1, columns))).toBeLessThanOrEqual(1);
  const expected = new Uint32Array(first.buffer);
  let wrong = 0;
  for (let start = 0; start < n; start += block.length) {
    const values = await read(device, buffer, start * 4, Math.min(block.length, n - start) * 4);
    const bits = new Uint32Array(values.buffer);
    for (let i = 0, column = 0; i < bits.length; i++) {
      if (bits[i] !== expected[column]) wrong++;
      if (++column === columns) column = 0;
    }
  }
  expect(wrong).toBe(0);
  expect(await read(device, buffer, n * 4, 16)).toEqual(new Float32Array(4).fill(POISON));
  buffer.destroy();
});

test('a row longer than a binding is refused, with both lengths', () => {
  const length = 2 ** 25 + 4;
  const tensor = (): object => ({ usage: 0x80, size: 2 ** 30, label: '' });
  const given = { x: tensor(), y: tensor(), length };
  const { call } = checkEncode(resolveActivation('softmax'), 'forward', given, { columns: length }, ALIGNMENT);
  const planned = (): unknown => planCall(call, { ...limits, maxStorageBufferBindingSize: 2 ** 27 });
  expect(planned).toThrow('softmax.forward: expected rows of at most 33554432 elements, got 33554436');
});
