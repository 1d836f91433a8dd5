/**
 * Functions of rows beside softmax and logSoftmax, and rows over any axis, against float64. What plans choose between by the
 * device is run here on one device.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkEncode } from '../../src/call.js';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import { ulpError } from '../../src/check/ulp.js';
import type { Definition } from '../../src/definition.js';
import { Dispatcher } from '../../src/dispatch.js';
import type { Direction } from '../../src/forms.js';
import { hasImmediates, Pipelines } from '../../src/pipeline.js';
import { type Limits, limitsOf, planCall } from '../../src/plan/index.js';
import { rowwise } from '../../src/reference/index.js';
import { type RowSight, withSink } from '../../src/reference/rowwise.js';
import { bufferOf, POISON, read, submit, useDevice } from './support.js';

const strategies = { teams: { isFallback: false, subgroupSize: undefined }, streams: { isFallback: true } };
type Strategy = keyof typeof strategies;
/** Functions of rows that may be seen in part: softmax and its kin, whoever joins them. */
const sighted = Object.entries<Definition>(catalogue).flatMap(([name, { sight }]) =>
  sight ? [name as 'softmax' | 'logSoftmax' | 'softmin'] : [],
);
const everyStrategy = Object.keys(strategies) as Strategy[];
/** What rows see and what scales them is the kernels' own, which all functions share: of how rows are spread the others try one way. */
const strategiesOf = (name: string): Strategy[] => (name === 'softmax' ? everyStrategy : ['streams']);
type Arrays = Record<string, Float32Array>;

const held = useDevice();
let dispatcher: Dispatcher;
let limits: Limits;
beforeAll(() => {
  const languageFeatures = navigator.gpu.wgslLanguageFeatures;
  dispatcher = new Dispatcher(held.device, new Pipelines(held.device, hasImmediates(held.device, languageFeatures)));
  limits = limitsOf(held.device, languageFeatures);
});
afterAll(() => expect(dispatcher).toBeDefined());

/** Uniform on [-scale, scale): a hash of the index. */
function randomValues(length: number, seed: number, scale: number): Float32Array<ArrayBuffer> {
  return new Float32Array(length).map((_, i) => {
    let hash = Math.imul(i + Math.imul(seed, 0x9e3779b9), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    return ((hash ^ (hash >>> 13)) / 2 ** 31) * scale;
  });
}

type RunOptions = RowSight & {
  readonly columns: number;
  readonly inner?: number;
  readonly scale?: number;
  readonly softcap?: number;
};

/** A pass by encode calls, its outputs poisoned before. */
async function runAll<O extends string>(
  strategy: Strategy,
  name: string,
  direction: Direction,
  arrays: Arrays,
  options: RunOptions,
  outputs: readonly O[],
): Promise<Record<O, Float32Array>> {
  const { length } = Object.values(arrays)[0]!;
  const buffers = Object.entries(arrays).map(([key, values]) => [key, bufferOf(held.device, values)] as const);
  const results = outputs.map(
    (output) => [output, bufferOf(held.device, new Float32Array(length).fill(POISON))] as const,
  );
  const tensors = { ...Object.fromEntries([...buffers, ...results]), length };
  const { call, ranges } = checkEncode(resolveActivation(name), direction, tensors, { ...options }, 256);
  submit(held.device, (pass) =>
    dispatcher.encode(pass, planCall(call, { ...limits, ...strategies[strategy] }), ranges),
  );
  const values = {} as Record<O, Float32Array>;
  for (const [output, buffer] of results) values[output] = (await read(held.device, buffer)).subarray(0, length);
  for (const [, buffer] of [...buffers, ...results]) buffer.destroy();
  return values;
}

/** One output of it. */
const run = async (
  strategy: Strategy,
  name: string,
  direction: Direction,
  arrays: Arrays,
  options: RunOptions,
  output = direction === 'forward' ? 'y' : 'dx',
): Promise<Float32Array> => (await runAll(strategy, name, direction, arrays, options, [output]))[output]!;

/** [outer, columns, inner] as [outer, inner, columns]. */
function transposed<A extends Float32Array | Float64Array>(values: A, columns: number, inner: number): A {
  const result = values.slice() as A;
  const unit = columns * inner;
  for (let i = 0; i < values.length; i++) {
    const [outer, column, place] = [Math.floor(i / unit), Math.floor((i % unit) / inner), i % inner];
    result[outer * unit + place * columns + column] = values[i]!;
  }
  return result;
}

describe.each(everyStrategy)('rows over the middle axis, %s', (strategy) => {
  test.each([
    [1, 3, 2],
    [3, 16, 5],
    [2, 17, 64],
    [1, 130, 3],
    [2, 4099, 2],
    [1, 3, 5000],
    [1, 20, 5000],
    [3, 1, 7],
  ])('[%i, %i, %i] is that of the last one, transposed', async (outer, columns, inner) => {
    const n = outer * columns * inner;
    const [x, dy] = [randomValues(n, 1, 9), randomValues(n, 2, 1)];
    const last = (values: Float32Array) => transposed(values, columns, inner);
    for (const name of ['softmax', 'logSoftmax', 'hardmax']) {
      const { forward, backward, units } = rowwise[name]!;
      const exact = forward(last(x), outer * inner, columns);
      const y = await run(strategy, name, 'forward', { x }, { columns, inner });
      const unit = units.forward;
      const errors = last(y).map((value, i) =>
        unit === 'ulp' ? ulpError(value, exact[i]!) : Math.abs(value - exact[i]!) / (2 ** -24 * unit(exact[i]!)),
      );
      expect(Math.max(...errors), name).toBeLessThanOrEqual(4);
      for (const given of [{ x }, { y }] as Arrays[]) {
        const dx = last(await run(strategy, name, 'backward', { ...given, dy }, { columns, inner }));
        const slopes = last(dy);
        const gradient = backward(exact, slopes, outer * inner, columns);
        const wrong = dx.findIndex((value, i) => {
          const start = Math.floor(i / columns) * columns;
          const allowed = 5 * 2 ** -24 * units.backward(slopes.subarray(start, start + columns));
          return !(Math.abs(value - gradient[i]!) <= allowed);
        });
        expect(wrong, name).toBe(-1);
      }
    }
  });
});

test('array calls over the middle axis: softmax2d', async () => {
  const [columns, inner] = [5, 12];
  const x = randomValues(3 * columns * inner, 3, 4);
  const { y } = await held.gpu.forward('softmax', { x }, { columns, inner });
  const exact = rowwise.softmax!.forward(transposed(x, columns, inner), 3 * inner, columns);
  expect(Math.max(...transposed(y, columns, inner).map((value, i) => ulpError(value, exact[i]!)))).toBeLessThan(4);
  // all of x is one such block unless columns says otherwise
  const whole = await held.gpu.forward('softmax', { x: x.subarray(0, 60) }, { inner });
  expect(whole.y).toEqual(y.subarray(0, 60));
  for (const dtype of ['f16', 'bf16'] as const) {
    const halves = Uint16Array.from({ length: 60 }, (_, i) => 0x3c00 + i);
    const apart = transposed(Float32Array.from(halves), columns, inner);
    const given = await held.gpu.forward('softmax', { x: halves }, { columns, inner, dtype });
    const last = await held.gpu.forward('softmax', { x: Uint16Array.from(apart) }, { columns, dtype });
    expect(transposed(Float32Array.from(given.y as Uint16Array), columns, inner)).toEqual(
      Float32Array.from(last.y as Uint16Array),
    );
  }
  await expect(held.gpu.forward('softmax', { x }, { columns, inner: 7 })).rejects.toThrow(
    new RangeError('softmax.forward: expected a length that is a multiple of columns = 5 · inner = 7, got 180'),
  );
});

describe('softmin', () => {
  test.each(everyStrategy)('is softmax of −x, bit for bit, %s', async (strategy) => {
    for (const columns of [3, 64, 4099]) {
      const [x, dy] = [randomValues(2 * columns, 4, 20), randomValues(2 * columns, 5, 1)];
      x[1] = Infinity;
      const negative = x.map((value) => -value);
      const y = await run(strategy, 'softmin', 'forward', { x }, { columns });
      expect(y).toEqual(await run(strategy, 'softmax', 'forward', { x: negative }, { columns }));
      for (const [given, other] of [
        [{ x }, { x: negative }],
        [{ y }, { y }],
      ] as [Arrays, Arrays][]) {
        const dx = await run(strategy, 'softmin', 'backward', { ...given, dy }, { columns });
        const expected = await run(strategy, 'softmax', 'backward', { ...other, dy }, { columns });
        expect(dx).toEqual(expected.map((value) => -value));
      }
    }
  });
});

describe('hardmax', () => {
  test.each(everyStrategy)('the first of equals, infinities and NaN, %s', async (strategy) => {
    for (const columns of [1, 2, 7, 64, 1028, 4099, 12_000]) {
      const rows: ((row: Float32Array) => unknown)[] = [
        () => undefined,
        (row) => row.fill(3),
        (row) => row.fill(-Infinity),
        (row) => row.fill(Infinity, row.length >> 1),
        (row) => row.fill(NaN, row.length >> 1, (row.length >> 1) + 1),
        (row) => row.fill(0).fill(-0, 0, 1),
        (row) => row.fill(7, row.length - 1),
        (row) => row.fill(1e-45, row.length - 1).fill(0, 0, row.length - 1),
      ];
      const x = randomValues(rows.length * columns, 6, 5);
      for (const [index, change] of rows.entries()) change(x.subarray(index * columns, (index + 1) * columns));
      const exact = rowwise.hardmax!.forward(x, rows.length, columns);
      const y = await run(strategy, 'hardmax', 'forward', { x }, { columns });
      expect(y.findIndex((value, i) => !Object.is(value, exact[i]))).toBe(-1);
    }
  });

  test('its gradient is 0, and is added to what there is', async () => {
    const [x, dy] = [randomValues(12, 7, 3), randomValues(12, 8, 1).fill(NaN, 0, 3)];
    expect((await held.gpu.backward('hardmax', { x, dy }, { columns: 4 })).dx).toEqual(new Float32Array(12));
    const added = await held.gpu.backward('hardmax', { x, dy, dx: x }, { columns: 4, accumulate: true });
    expect(added.dx).toEqual(x);
  });
});

describe('sparsemax', () => {
  const { forward, backward } = rowwise.sparsemax!;
  test.each(everyStrategy)('rows of every length, ties and special rows, %s', async (strategy) => {
    for (const [columns, inner] of [
      [1, 1],
      [2, 1],
      [5, 1],
      [64, 1],
      [1023, 1],
      [4099, 1],
      [8200, 1],
      [7, 3],
    ] as const) {
      const rows: ((row: Float32Array) => unknown)[] = [
        () => undefined,
        (row) => row.fill(3),
        (row) => row.fill(-Infinity),
        (row) => row.fill(Infinity, row.length >> 1),
        (row) => row.fill(NaN, row.length - 1),
        (row) => row.fill(-Infinity, 1),
        (row) => row.fill(0.25, 0, 3),
        (row) => row.fill(1e30, 0, 1),
        (row) => row.fill(1e-3),
      ];
      const last = randomValues(rows.length * columns, columns, 2);
      for (const [index, change] of rows.entries()) change(last.subarray(index * columns, (index + 1) * columns));
      const x = transposed(last, inner, columns);
      const slopes = randomValues(last.length, 9, 3).map((value, i) => (i === 1 ? 3e38 : value));
      const dy = transposed(slopes, inner, columns);
      const exact = forward(last, rows.length, columns);
      const gradient = backward(exact, slopes, rows.length, columns);
      const y = await run(strategy, 'sparsemax', 'forward', { x }, { columns, inner });
      const wrong = transposed(y, columns, inner).findIndex(
        (value, i) => !(Object.is(value, Math.fround(exact[i]!)) || Math.abs(value - exact[i]!) <= 2 ** -24),
      );
      expect([columns, wrong]).toEqual([columns, -1]);
      for (const given of [{ x }, { y }] as Arrays[]) {
        const dx = await run(strategy, 'sparsemax', 'backward', { ...given, dy }, { columns, inner });
        const off = transposed(dx, columns, inner).findIndex((value, i) => {
          const start = Math.floor(i / columns) * columns;
          const allowed = 4 * 2 ** -24 * rowwise.softmax!.units.backward(slopes.subarray(start, start + columns));
          return !(Object.is(value, gradient[i]) || Math.abs(value - gradient[i]!) <= allowed);
        });
        expect([columns, Object.keys(given), off]).toEqual([columns, Object.keys(given), -1]);
      }
    }
  });

  test('in place, added, and in 16 bits', async () => {
    const x = Float32Array.of(1, 0.5, -3, 0, 0, 0);
    const { y } = await held.gpu.forward('sparsemax', { x }, { columns: 3 });
    expect([...y.subarray(0, 3)]).toEqual([0.75, 0.25, 0]);
    const dy = Float32Array.of(1, 2, 3, 4, 5, 6);
    const { dx } = await held.gpu.backward('sparsemax', { y, dy }, { columns: 3 });
    expect([...dx]).toEqual([-0.5, 0.5, 0, -1, 0, 1]);
    const added = await held.gpu.backward('sparsemax', { x, dy, dx: x }, { columns: 3, accumulate: true });
    expect(added.dx).toEqual(x.map((value, i) => value + dx[i]!));
    const half = await held.gpu.forward('sparsemax', { x: Uint16Array.of(0x3c00, 0x3800, 0) }, { dtype: 'f16' });
    expect(half.y).toEqual(Uint16Array.of(0x3a00, 0x3400, 0));
  });
});

describe.each(sighted)('%s of a scale', (name) => {
  const { forward, backward, units } = rowwise[name]!;
  test.each(strategiesOf(name))('within the bounds of scale·x, %s', async (strategy) => {
    for (const columns of [3, 64, 4099])
      for (const scale of [0.125, 1 / Math.sqrt(80), 3.7]) {
        const [x, dy] = [randomValues(2 * columns, 10, 60), randomValues(2 * columns, 11, 1)];
        x[1] = name === 'softmin' ? Infinity : -Infinity;
        const exact = forward(x, 2, columns, { scale });
        const y = await run(strategy, name, 'forward', { x }, { columns, scale });
        const unit = units.forward;
        const errors = y.map((value, i) => {
          if (Object.is(value, exact[i])) return 0;
          return unit === 'ulp'
            ? ulpError(value, exact[i]!)
            : Math.abs(value - exact[i]!) / (2 ** -24 * unit(exact[i]!));
        });
        expect(Math.max(...errors)).toBeLessThanOrEqual(4);
        for (const given of [{ x }, { y }] as Arrays[]) {
          const dx = await run(strategy, name, 'backward', { ...given, dy }, { columns, scale });
          const gradient = backward(given.y ?? exact, dy, 2, columns, { scale });
          const wrong = dx.findIndex((value, i) => {
            const start = Math.floor(i / columns) * columns;
            const allowed = 5 * 2 ** -24 * scale * units.backward(dy.subarray(start, start + columns));
            return !(Math.abs(value - gradient[i]!) <= allowed);
          });
          expect([columns, scale, Object.keys(given), wrong]).toEqual([columns, scale, Object.keys(given), -1]);
        }
      }
  });
});

test('a scale of 0 or below is no scale', async () => {
  await expect(held.gpu.forward('softmax', { x: new Float32Array(4) }, { scale: 0 })).rejects.toThrow(
    'softmax.forward: expected 0.000001 ≤ scale ≤ 1000000, got 0',
  );
});

describe.each(sighted)('%s of rows that see some columns alone', (name) => {
  const { forward, backward, units } = rowwise[name]!;
  const nothing = name === 'softmin' ? Infinity : -Infinity;

  /** Rows with NaN and ±∞ in what they see and in what they do not, and one that sees −∞ alone. */
  function inputs(rows: number, columns: number): [x: Float32Array<ArrayBuffer>, dy: Float32Array<ArrayBuffer>] {
    const [x, dy] = [randomValues(rows * columns, 12, 9), randomValues(rows * columns, 13, 1)];
    for (let row = 0; row < rows; row++) {
      const last = (row + 1) * columns - 1;
      if (columns > 1 && row % 3 === 0) [x[last], dy[last]] = [NaN, NaN];
      if (row % 3 === 1) x[last] = -nothing;
      if (row % 7 === 4) x[row * columns] = nothing;
    }
    if (rows > 2) x.fill(nothing, 2 * columns, 3 * columns);
    return [x, dy];
  }

  test.each(strategiesOf(name))('against float64, %s', async (strategy) => {
    for (const [rows, columns, inner, sight] of [
      [6, 6, 1, { causal: 0 }],
      [15, 7, 1, { causal: 2, queries: 5 }],
      [15, 8, 1, { causal: -3, queries: 5, empty: 'zero' }],
      [15, 8, 1, { causal: -3, queries: 5 }],
      [4, 5, 1, { empty: 'zero' }],
      [4, 1, 1, { causal: -1, empty: 'zero' }],
      [3, 300, 1, { causal: 200 }],
      [3, 8200, 1, { causal: 5000, empty: 'zero' }],
      [3, 4099, 1, { causal: 1000 }],
      [12, 5, 3, { causal: -1, queries: 6, empty: 'zero' }],
      [4, 9, 1, { causal: 2 ** 30 }],
      [4, 9, 1, { causal: -(2 ** 30), empty: 'zero' }],
    ] as const) {
      const what = JSON.stringify([rows, columns, inner, sight]);
      const options = { columns, inner, scale: 0.75, ...sight };
      const [x, dy] = inputs(rows, columns);
      const exact = forward(x, rows, columns, { scale: 0.75 }, sight);
      const gradient = backward(exact, dy, rows, columns, { scale: 0.75 }, sight);
      const [xs, dys] = [transposed(x, inner, columns), transposed(dy, inner, columns)];
      const y = await run(strategy, name, 'forward', { x: xs }, options);
      const { forward: unit } = units;
      const off = transposed(y, columns, inner).findIndex((value, i) => {
        if (value === exact[i] || (Number.isNaN(value) && Number.isNaN(exact[i]))) return false;
        return !(unit === 'ulp'
          ? ulpError(value, exact[i]!) <= 4
          : Math.abs(value - exact[i]!) <= 4 * 2 ** -24 * unit(exact[i]!));
      });
      expect(off, what).toBe(-1);
      const saved = name === 'logSoftmax' && 'empty' in sight ? [] : [{ y }];
      for (const given of [{ x: xs }, ...saved] as Arrays[]) {
        const dx = await run(strategy, name, 'backward', { ...given, dy: dys }, options);
        const wrong = transposed(dx, columns, inner).findIndex((value, i) => {
          if (value === gradient[i] || (Number.isNaN(value) && Number.isNaN(gradient[i]))) return false;
          const start = Math.floor(i / columns) * columns;
          const own = dy.subarray(start, start + columns).map((slope) => slope || 0);
          return !(Math.abs(value - gradient[i]!) <= 5 * 2 ** -24 * Math.max(1, units.backward(own)));
        });
        expect(wrong, `${what} ${Object.keys(given)}`).toBe(-1);
      }
    }
  });

  test('in calls of arrays, added, and in 16 bits', async () => {
    const small = { columns: 3, causal: 0, empty: 'zero' } as const;
    const [values, dy] = [randomValues(9, 15, 2), randomValues(9, 16, 1)];
    const { dx } = await held.gpu.backward(name as 'softmax', { x: values, dy }, small);
    const added = await held.gpu.backward(
      name as 'softmax',
      { x: values, dy, dx: values },
      { ...small, accumulate: true },
    );
    expect(added.dx).toEqual(values.map((value, i) => value + dx[i]!));
    for (const dtype of ['f16', 'bf16'] as const) {
      const half = await held.gpu.forward(
        name as 'softmax',
        { x: new Uint16Array(4) },
        { columns: 2, causal: 0, dtype },
      );
      const one = dtype === 'f16' ? 0x3c00 : 0x3f80;
      if (name !== 'logSoftmax') expect([...(half.y as Uint16Array)].slice(0, 2)).toEqual([one, 0]);
      else expect((half.y as Uint16Array)[1]).toBe(dtype === 'f16' ? 0xfc00 : 0xff80);
    }
  });
});

describe.each(sighted)('%s of rows with a sink', (name) => {
  const reference = rowwise[name]!;
  const negates = name === 'softmin';

  const shapes = [
    [3, 5, 8, { causal: 2, scale: 0.75, queries: 5 }],
    [2, 3, 7, { causal: -2, queries: 3, scale: 0.1, empty: 'zero' }],
    [2, 2, 8200, { queries: 2, causal: 8000 }],
    [2, 3, 6, { queries: 3, causal: -1, inner: 2 }],
    [1, 4, 5, {}],
    [4, 1, 9, { queries: 1, scale: 3 }],
  ] as const;
  test.each(strategiesOf(name))('against float64, %s', async (strategy) => {
    // the others have softmax's kernels, and the last shapes no option of their own
    for (const [heads, queries, columns, options] of name === 'softmax' ? shapes : shapes.slice(0, 4))
      for (const level of [0, -20, 30, 75, 100, 2000]) {
        const what = JSON.stringify([heads, queries, columns, options, level]);
        const rows = heads * queries;
        const inner = 'inner' in options ? options.inner : 1;
        const [x, dy] = [randomValues(rows * columns, 17, 6), randomValues(rows * columns, 18, 1)];
        const sink = randomValues(heads, 19, 2).map((value) => value + level);
        const exact = withSink(reference, { x, dy, sink }, columns, { ...options, negates });
        const given = { x: transposed(x, inner, columns), sink };
        const y = await run(strategy, name, 'forward', given, { columns, ...options });
        const { forward: unit } = reference.units;
        const off = transposed(y, columns, inner).findIndex((value, i) => {
          const right = exact.y[i]!;
          if (value === right || (Math.abs(right) < 2 ** -126 && value === 0)) return false;
          return !(unit === 'ulp'
            ? ulpError(value, right) <= 4
            : Math.abs(value - right) <= 4 * 2 ** -24 * unit(right));
        });
        expect(off, what).toBe(-1);
        const slopes = { ...given, dy: transposed(dy, inner, columns) };
        const most = Math.max(
          1,
          ...Array.from({ length: rows }, (_, row) =>
            reference.units.backward(dy.subarray(row * columns, (row + 1) * columns)),
          ),
        );
        const near = (got: Float32Array, right: Float64Array, allowed: number) =>
          got.findIndex((value, i) => !(Math.abs(value - right[i]!) <= allowed));
        const dx = await run(strategy, name, 'backward', slopes, { columns, ...options });
        expect(near(transposed(dx, columns, inner), exact.dx, 5 * 2 ** -24 * 3 * most), what).toBe(-1);
        const dSink = await run(strategy, name, 'backward', slopes, { columns, ...options }, 'dSink');
        expect(near(dSink.subarray(0, heads), exact.dSink, 5 * 2 ** -24 * queries * most), what).toBe(-1);
      }
  });

  test('in calls of arrays, by head, added and in 16 bits', async () => {
    const options = { columns: 4, causal: 0, queries: 3, scale: 0.5 };
    const [x, dy, sink] = [randomValues(24, 20, 3), randomValues(24, 21, 1), Float32Array.of(0.5, -1)];
    const exact = withSink(reference, { x, dy, sink }, 4, { ...options, negates });
    const { dx, dSink } = await held.gpu.backward(name as 'softmax', { x, dy, sink }, options);
    for (let i = 0; i < 24; i++) expect(dx[i]).toBeCloseTo(exact.dx[i]!, 6);
    for (let i = 0; i < 2; i++) expect(dSink[i]).toBeCloseTo(exact.dSink[i]!, 6);
    const more = { ...options, accumulate: true } as const;
    const added = await held.gpu.backward(name as 'softmax', { x, dy, sink, dx: x, dSink: sink }, more);
    expect(added.dx).toEqual(x.map((value, i) => value + dx[i]!));
    expect(added.dSink).toEqual(sink.map((value, i) => value + dSink[i]!));
    const none = Float32Array.of(-Infinity, -Infinity);
    const plain = await held.gpu.backward(name as 'softmax', { x, dy }, options);
    const without = await held.gpu.backward(name as 'softmax', { x, dy, sink: none }, options);
    expect(without.dx).toEqual(plain.dx);
    expect(without.dSink).toEqual(new Float32Array(2));
    const wrong = await held.gpu.forward(
      name as 'softmax',
      { x, sink: Float32Array.of(NaN, 0) },
      { ...options, causal: 9 },
    );
    expect([...wrong.y].map(Number.isNaN).indexOf(false)).toBe(12);
    const half = await held.gpu.forward(
      name as 'softmax',
      { x: new Uint16Array(2), sink: new Float32Array(1) },
      { columns: 1, dtype: 'f16' },
    );
    if (name !== 'logSoftmax') expect(half.y).toEqual(Uint16Array.of(0x3800, 0x3800));
    await expect(held.gpu.backward(name as 'softmax', { y: x, dy, sink } as never, options)).rejects.toThrow(
      `${name}.backward: expected x with a sink, got y`,
    );
    await expect(held.gpu.forward(name as 'softmax', { x, sink: new Float32Array(3) }, options)).rejects.toThrow(
      `${name}.forward: expected sink of length 2, got 3`,
    );
  });
});

describe.each(['softmax', 'logSoftmax'] as const)('%s of logits: softcap, a mask, logSumExp', (name) => {
  const { forward, backward, units } = rowwise[name]!;
  test('against float64', async () => {
    const cases = [
      [6, 8, 3, { maskBlock: 2, softcap: 20, scale: 0.7 }],
      [6, 8, 2, { logSumExp: true, scale: 0.4 }],
      // how rows are read is the same of logSoftmax
      [6, 8, 0, { softcap: 30 }],
      // beyond eight of cap, where what is missing to cap is computed apart
      [6, 64, 0, { softcap: 5 }],
      [6, 8, 6, { empty: 'zero', causal: 2 }],
      [6, 8, 6, { causal: 2 }],
    ] as const;
    for (const [rows, columns, maskRows, given] of name === 'softmax' ? cases : cases.slice(0, 2)) {
      const what = JSON.stringify([rows, columns, maskRows, given]);
      const { logSumExp: _, ...options } = { logSumExp: false, ...given };
      const { softcap = Infinity } = { ...given } as { readonly softcap?: number };
      const n = rows * columns;
      const [x, dy] = [randomValues(n, 22, 60), randomValues(n, 23, 1)];
      const mask = randomValues(maskRows * columns, 24, 3);
      if (maskRows) mask.set([-Infinity, -1e9], 1);
      if (maskRows === 6) mask.fill(-Infinity, columns, 2 * columns);
      const masks = maskRows ? { mask } : {};
      const sight = { ...options, ...masks, x };
      const exact = forward(x, rows, columns, options as never, sight as RowSight);
      const out = await held.gpu.forward(name, { x, ...masks }, { columns, ...given });
      // what capping leaves of a unit of cap
      const allowed = 4 + (softcap < Infinity ? softcap / 2 : 0);
      const unit = units.forward;
      const off = out.y.findIndex((value, i) => {
        const right = exact[i]!;
        if (value === right || (Number.isNaN(value) && Number.isNaN(right))) return false;
        if (Math.abs(right) < 2 ** -126 && value === 0) return false;
        const error = unit === 'ulp' ? ulpError(value, right) : Math.abs(value - right) / (2 ** -24 * unit(right));
        return !(error <= allowed);
      });
      expect(off, what).toBe(-1);
      const saved = out.logSumExp ? { logSumExp: out.logSumExp } : {};
      const { dx } = await held.gpu.backward(name, { x, dy, ...masks, ...saved }, { columns, ...options });
      const gradient = backward(exact, dy, rows, columns, options as never, sight as RowSight);
      const wrong = dx.findIndex((value, i) => {
        if (value === gradient[i] || (Number.isNaN(value) && Number.isNaN(gradient[i]))) return false;
        return !(Math.abs(value - gradient[i]!) <= (allowed + 2) * 2 ** -24 * 8);
      });
      expect(wrong, what).toBe(-1);
    }
  });
});

describe('a mask, a sink and logSumExp together', () => {
  const [heads, queries, scale, softcap] = [2, 2, 0.5, 6];
  const rows = heads * queries;

  /** softmax of logits in float64, rows over the last axis. */
  function exactOf(x: Float32Array, dy: Float32Array, sink: Float32Array, mask: Float32Array, columns: number) {
    const tanh = Float64Array.from(x, (value) => Math.tanh((scale * value) / softcap));
    const logits = tanh.map((value, i) => softcap * value + mask[i % mask.length]!);
    const { y, dx, dSink } = withSink(rowwise.softmax!, { x: logits, dy, sink }, columns, { queries });
    const logSumExp = Array.from({ length: rows }, (_, row) => {
      const own = logits.subarray(row * columns, (row + 1) * columns);
      return Math.log(own.reduce((sum, value) => sum + Math.exp(value), Math.exp(sink[Math.floor(row / queries)]!)));
    });
    return { y, dx: dx.map((value, i) => scale * value * (1 - tanh[i]! ** 2)), dSink, logSumExp };
  }

  /** As many elements, and none of them further off. */
  function expectNear(got: Float32Array, exact: ArrayLike<number>, units: number, what: string): void {
    const wrong = got.findIndex((value, i) => !(Math.abs(value - exact[i]!) <= units * 2 ** -24));
    expect([got.length, wrong], what).toEqual([exact.length, -1]);
  }

  function inputs(columns: number) {
    const n = rows * columns;
    const mask = randomValues(2 * columns, 27, 3);
    mask.set([-Infinity, -1e9], 1);
    return { x: randomValues(n, 25, 20), dy: randomValues(n, 26, 1), sink: Float32Array.of(0.5, 2), mask };
  }

  test.each([
    ['streams', 8, 1],
    ['streams', 7, 3],
    ['teams', 8200, 1],
  ] as const)('%s, rows of %i, %i apart', async (strategy, columns, inner) => {
    const { x, dy, sink, mask } = inputs(columns);
    // the rows, and the heads, once for each place
    const repeated = (values: ArrayLike<number>) =>
      Float32Array.from({ length: values.length * inner }, (_, i) => values[i % values.length]!);
    const placed = (values: Float32Array) => transposed(repeated(values), inner, columns);
    const back = (values: Float32Array) => transposed(values, columns, inner);
    const exact = exactOf(x, dy, sink, mask, columns);
    const options = { columns, inner, scale, softcap, queries };
    const given = { x: placed(x), mask, sink: repeated(sink) };
    const { y, logSumExp } = await runAll(strategy, 'softmax', 'forward', given, options, ['y', 'logSumExp']);
    expectNear(back(y), repeated(exact.y), 12, 'y');
    const saved = logSumExp.slice(0, rows * inner);
    expectNear(saved, repeated(exact.logSumExp), 64, 'logSumExp');
    const slopes = { ...given, logSumExp: saved, dy: placed(dy) };
    const { dx, dSink } = await runAll(strategy, 'softmax', 'backward', slopes, options, ['dx', 'dSink']);
    expectNear(back(dx), repeated(exact.dx), 48, 'dx');
    expectNear(dSink.slice(0, heads * inner), repeated(exact.dSink), 48 * queries, 'dSink');
  });

  test('in one buffer with dx', async () => {
    const columns = 8;
    const { x, dy, sink, mask } = inputs(columns);
    const options = { columns, scale, softcap, queries };
    const logSumExp = Float32Array.from(exactOf(x, dy, sink, mask, columns).logSumExp);
    const apart = await run('streams', 'softmax', 'backward', { x, mask, sink, logSumExp, dy }, options);
    const lead = 64;
    const arena = new Float32Array(6 * lead).fill(POISON);
    const inside = Object.entries({ x, dy, sink, mask, logSumExp });
    for (const [place, [, values]] of inside.entries()) arena.set(values, (place + 1) * lead);
    const buffer = bufferOf(held.device, arena);
    const tensors = Object.fromEntries(inside.map(([key], place) => [key, { buffer, offset: 4 * (place + 1) * lead }]));
    const all = { ...tensors, dx: { buffer, offset: 0, size: 4 * lead }, length: x.length };
    const sized = { ...all, mask: { ...tensors.mask!, size: 4 * mask.length } };
    const { call, ranges } = checkEncode(resolveActivation('softmax'), 'backward', sized, options, 256);
    expect(call.isArena).toBe(true);
    submit(held.device, (pass) =>
      dispatcher.encode(pass, planCall(call, { ...limits, ...strategies.streams }), ranges),
    );
    const values = await read(held.device, buffer);
    expect(values.slice(0, x.length)).toEqual(apart);
    expect(values.slice(x.length)).toEqual(arena.slice(x.length));
    buffer.destroy();
  });

  test('a mask of 16 bits is the one of float32', async () => {
    for (const columns of [8, 7]) {
      // 0.5, −∞, −2, 0 …
      const bits = Uint16Array.from({ length: 2 * columns }, (_, i) => [0x3800, 0xfc00, 0xc000, 0][i % 4]!);
      const mask = Float32Array.from(
        bits,
        (value) => [0, 0.5, -2, -Infinity][[0, 0x3800, 0xc000, 0xfc00].indexOf(value)]!,
      );
      const x = Uint16Array.from({ length: 4 * columns }, (_, i) => 0x3c00 + 37 * i);
      const options = { columns, dtype: 'f16' } as const;
      const { y } = await held.gpu.forward('softmax', { x, mask: bits }, options);
      expect(y).toEqual((await held.gpu.forward('softmax', { x, mask }, options)).y);
      expect([y[0]! > 0, y[1], y[columns + 4]! > 0]).toEqual([true, 0, true]);
    }
  });
});

test('what says no mask is refused', async () => {
  const x = new Float32Array(12);
  await expect(held.gpu.forward('softmax', { x, mask: new Float32Array(8) }, { columns: 4 })).rejects.toThrow(
    'softmax.forward: expected mask of rows of 4 elements, as many as divide 3, got 8 elements',
  );
  const blocks = { columns: 4, maskBlock: 2 };
  await expect(held.gpu.forward('softmax', { x, mask: new Float32Array(4) }, blocks)).rejects.toThrow(
    "softmax.forward: expected maskBlock to divide x's 3 rows, got 2",
  );
  await expect(held.gpu.backward('softmax', { y: x, dy: x }, { columns: 4, softcap: 9 })).rejects.toThrow(
    'softmax.backward: expected x with a softcap, got y',
  );
});

test('a piece of a long array knows which rows it has', async () => {
  const [rows, columns] = [2050, 4096];
  const x = new Float32Array(rows * columns);
  const { y } = await held.gpu.forward('softmax', { x }, { columns, causal: 3, queries: 1025 });
  const seen = [0, 1024, 1025, 2048, 2049].map((row) => y.subarray(row * columns, (row + 1) * columns).indexOf(0));
  expect(seen).toEqual([4, 1028, 4, 1027, 1028]);
});

test.each(sighted)('%s: what sees only −∞ is an empty row', async (name) => {
  const x = new Float32Array([-Infinity, 5, -Infinity, -Infinity]).map((value) =>
    name === 'softmin' ? -value : value,
  );
  const causal = { columns: 2, causal: 0 };
  for (const mask of [{}, { mask: new Float32Array(2) }]) {
    const { y } = await held.gpu.forward(name, { x, ...mask }, causal);
    expect([...y]).toEqual([NaN, NaN, NaN, NaN]);
    const { y: zero } = await held.gpu.forward(name, { x, ...mask }, { ...causal, empty: 'zero' });
    expect([...zero]).toEqual([0, 0, 0, 0]);
  }
});

test.each(sighted)('%s: what a mask hides has its value in a row of NaN too', async (name) => {
  const infinite = name === 'softmin' ? -Infinity : Infinity;
  const x = new Float32Array([1, NaN, 2, infinite, 1, NaN]);
  const mask = new Float32Array([0, 0, -Infinity]);
  const hidden = name === 'logSoftmax' ? -Infinity : 0;
  for (const options of [{ columns: 3 }, { columns: 3, causal: 2 }]) {
    const { y } = await held.gpu.forward(name, { x, mask }, options);
    expect([...y]).toEqual([NaN, NaN, hidden, NaN, NaN, hidden]);
    const { dx } = await held.gpu.backward(name, { x, mask, dy: x }, options);
    expect([...dx].map((value) => value + 0)).toEqual([NaN, NaN, 0, NaN, NaN, 0]);
  }
});

test('with a mask, finite logits beyond float32 count as its largest', async () => {
  const softmax = async (x: number[], mask: number[], scale: number): Promise<number[]> => {
    const tensors = { x: Float32Array.from(x), mask: Float32Array.from(mask) };
    return [...(await held.gpu.forward('softmax', tensors, { columns: 3, scale })).y];
  };
  expect(await softmax([1e36, -1e36, 1e36], [0, 0, 0], 1e6)).toEqual([0.5, 0, 0.5]);
  expect(await softmax([-3e38, -3e38, 1], [-3e38, -3e38, -3e38], 1)).toEqual([0, 0, 1]);
  expect(await softmax([-3e38, -3e38, -3e38], [-3e38, -3e38, -3e38], 1)).toEqual(
    [1 / 3, 1 / 3, 1 / 3].map(Math.fround),
  );
  expect(await softmax([1, -Infinity, Infinity], [-3e38, -3e38, -3e38], 1)).toEqual([NaN, NaN, NaN]);
});

test.each(sighted)('%s: a logarithm of large size keeps gradients bounded', async (name) => {
  const [x, dy] = [randomValues(64, 60, 3), randomValues(64, 61, 1)];
  const mask = new Float32Array(16).fill(-1e9);
  const { logSumExp } = await held.gpu.forward(name, { x, mask }, { columns: 16, logSumExp: true });
  const { dx } = await held.gpu.backward(name, { x, mask, dy, logSumExp }, { columns: 16 });
  // y is at most 1, of what the rounding of the logarithm leaves of it
  for (const [i, value] of dx.entries()) {
    const row = dy.subarray(i - (i % 16), i - (i % 16) + 16);
    expect(Math.abs(value)).toBeLessThanOrEqual(
      Math.abs(dy[i]!) + row.reduce((sum, slope) => sum + Math.abs(slope), 0),
    );
  }
});

test('what says no sight is refused', async () => {
  const x = new Float32Array(12);
  const wrong: readonly [options: object, message: string][] = [
    [{ causal: 0.5 }, 'softmax.forward: expected causal to be an integer from -1073741824 to 1073741824, got 0.5'],
    [{ causal: 0, queries: 0 }, 'softmax.forward: expected queries to be an integer from 1 to 1073741824, got 0'],
    [{ causal: 0, queries: 4 }, 'softmax.forward: expected a number of rows that is a multiple of queries = 4, got 3'],
    [{ empty: 'none' }, 'softmax.forward: expected empty to be "nan" or "zero", got "none"'],
    [{ maskBlock: 0 }, 'softmax.forward: expected maskBlock to be an integer from 1 to 1073741824, got 0'],
    [{ maskRows: 1.5 }, 'softmax.forward: expected maskRows to be an integer from 1 to 1073741824, got 1.5'],
    [{ maskDtype: 'f64' }, 'softmax.forward: expected maskDtype to be "f32" or dtype, got "f64"'],
  ];
  for (const [options, message] of wrong)
    await expect(held.gpu.forward('softmax', { x }, { columns: 4, ...options })).rejects.toThrow(message);
  for (const [option, value] of Object.entries({ causal: 'x', queries: '2', maskBlock: null, columns: '4' }))
    await expect(held.gpu.forward('softmax', { x }, { columns: 4, [option]: value })).rejects.toThrow(TypeError);
  await expect(held.gpu.forward('hardmax', { x }, { columns: 4, causal: 0 } as object)).rejects.toThrow(
    'hardmax.forward',
  );
  await expect(
    held.gpu.backward('logSoftmax', { y: x, dy: x }, { columns: 4, causal: 0, empty: 'zero' }),
  ).rejects.toThrow('logSoftmax.backward: expected x where empty is "zero", got y');
});

test('with a mask, the gradient from the saved y is that from x', async () => {
  const [rows, columns] = [6, 20];
  const [x, dy] = [randomValues(rows * columns, 90, 6), randomValues(rows * columns, 91, 1)];
  const mask = randomValues(3 * columns, 92, 2).map((value, i) => (i % 7 === 3 ? -Infinity : value));
  const options = { columns, scale: 0.75 };
  const reference = rowwise.softmax!;
  const exact = reference.forward(x, rows, columns, options, { mask });
  const gradient = reference.backward(exact, dy, rows, columns, options, { mask });
  const { y } = await held.gpu.forward('softmax', { x, mask }, options);
  const fromX = await held.gpu.backward('softmax', { x, mask, dy }, options);
  const fromY = await held.gpu.backward('softmax', { y, mask, dy }, options);
  for (const { dx } of [fromX, fromY])
    for (const [i, value] of dx.entries()) {
      const row = Math.floor(i / columns) * columns;
      const allowed = 5 * 2 ** -24 * options.scale * reference.units.backward(dy.subarray(row, row + columns));
      expect(Math.abs(value - gradient[i]!)).toBeLessThanOrEqual(allowed);
    }
});

test.each([
  ['plain', {}],
  ['with a mask', { mask: new Float32Array(20) }],
])('logSoftmax %s: a thousand more in every column loses nothing', async (_, given) => {
  const [rows, columns] = [6, 20];
  const x = randomValues(rows * columns, 93, 3).map((value) => 1000 + value);
  const { y } = await held.gpu.forward('logSoftmax', { x, ...given }, { columns });
  const exact = rowwise.logSoftmax!.forward(x, rows, columns, {}, given);
  for (const [i, value] of y.entries())
    expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(4 * 2 ** -24 * Math.max(1, Math.abs(exact[i]!)));
});
