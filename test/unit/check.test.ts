import { describe, expect, test } from 'vitest';
import { resolveActivation } from '../../src/catalogue.js';
import { computeAlong } from '../../src/check/axis.js';
import { check } from '../../src/check/check.js';
import type { ArrayCalls } from '../../src/check/compute.js';
import { callsIn, everyHalf } from '../../src/check/half.js';
import { formatJunit } from '../../src/check/junit.js';
import { judgeLearned, type SumCase } from '../../src/check/learned.js';
import { type Result, resultOf, summarize } from '../../src/check/result.js';
import { boundOf } from '../../src/check/truth.js';
import { UlpComparison } from '../../src/check/ulp.js';
import { referenceCalls } from './reference_calls.js';

const gpu = referenceCalls();
const options = { count: 4096 };

/** Calls whose y (or dx) is changed at one place. */
function spoiled(pass: 'forward' | 'backward', change: (value: number, x: number) => number): ArrayCalls {
  const spoil = (values: Float32Array, x: Float32Array) => values.map((value, i) => change(value, x[i]!));
  return {
    async forward(name, tensors, given) {
      const results = await gpu.forward(name, tensors, given);
      return pass === 'forward' ? { y: spoil(results.y!, tensors.x!) } : results;
    },
    async backward(name, tensors, given) {
      const results = await gpu.backward(name, tensors, given);
      return pass === 'backward' ? { ...results, dx: spoil(results.dx!, tensors.x!) } : results;
    },
  };
}

describe('check', () => {
  test.each(['sigmoid', 'relu', 'gelu', 'leakyRelu'])(
    'the rounded reference of %s passes both passes',
    async (name) => {
      const [y, dx, ...sums] = await check(gpu, name, options);
      const results = [y!, dx!];
      expect(results.map(({ status, direction }) => [direction, status])).toEqual([
        ['forward', 'passed'],
        ['backward', 'passed'],
      ]);
      for (const { maxUlp, values } of results) {
        expect(values).toBe(4096);
        expect(maxUlp).toBeLessThanOrEqual(0.5);
      }
      // of a parameter that may be learned, the gradient of one value and of many
      const learned = name === 'leakyRelu' ? ['leakyRelu dAlpha, 1 × 4096', 'leakyRelu dAlpha, 16 × 256'] : [];
      expect(sums.map((sum) => [sum.name, sum.status])).toEqual(learned.map((sum) => [sum, 'passed']));
    },
  );

  test('elements of 16 bits: all of them, within half an ULP of theirs and a little of the bound', async () => {
    for (const dtype of ['f16', 'bf16'] as const)
      for (const { status, values, maxUlp, bound } of await check(gpu, 'gelu', { dtype })) {
        expect(status).toBe('passed');
        expect(values).toBe(65536);
        expect(maxUlp).toBeLessThanOrEqual(0.5001);
        expect(bound).toBeLessThan(0.501);
      }
    const oneOff = spoiled('forward', (bits, x) => (x === 0x3c00 ? bits + 1 : bits));
    expect((await check(oneOff, 'gelu', { dtype: 'f16' }))[0]!.status).toBe('failed');
  });

  test('all of them once, and odd and even ones, of every exponent, in either half of a word', () => {
    const every = everyHalf();
    expect(new Set(every).size).toBe(65536);
    expect(everyHalf()).toEqual(every);
    for (const half of [0, 1]) {
      const here = every.filter((_, index) => index % 2 === half);
      for (let upper = 0; upper < 0x200; upper++)
        for (const parity of [0, 1]) {
          const count = here.filter((bits) => bits >> 7 === upper && bits % 2 === parity).length;
          expect(count, `${upper} ${parity}`).toBeGreaterThan(8);
        }
    }
  });

  test('learned parameters and their gradients stay float32', async () => {
    const seen: object[] = [];
    const calls: ArrayCalls = {
      forward: async () => ({}),
      backward: async (_, tensors) => {
        seen.push(tensors);
        return { dx: Uint16Array.of(0x3f80), dWeight: Float32Array.of(1.001), dBias: Float32Array.of(2.001) } as never;
      },
    };
    const [x, weight, bias] = [Float32Array.of(1), Float32Array.of(1.001), Float32Array.of(2.001)];
    expect(await callsIn('bf16', calls).backward('prelu', { x, weight, bias })).toEqual({
      dx: x,
      dWeight: weight,
      dBias: bias,
    });
    expect(seen).toEqual([{ x: Uint16Array.of(0x3f80), weight, bias }]);
  });

  test('a comparison that compared nothing has not passed', () => {
    expect(resultOf('y', new UlpComparison(1))).toMatchObject({ status: 'failed', reason: 'nothing was compared' });
  });

  test('prelu has its weight checked too', async () => {
    const results = await check(gpu, 'prelu', options);
    expect(results.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'passed']);
  });

  test.each([
    ['a NaN where a number belongs', 'forward', (y: number, x: number) => (x === 0 ? Number.NaN : y)],
    ['a number where NaN belongs', 'forward', (y: number, x: number) => (Number.isNaN(x) ? 0 : y)],
    ['a wrong infinity', 'forward', (y: number, x: number) => (x === Infinity ? -Infinity : y)],
    ['four ULP at a single input', 'backward', (dx: number, x: number) => (x === 0 ? dx + 4 * 2 ** -25 : dx)],
  ] as const)('%s fails', async (_, pass, change) => {
    // σ′(0) = ¼, whose ULP is 2⁻²⁵
    const results = await check(spoiled(pass, change), 'sigmoid', options);
    const wrong = results.find(({ direction }) => direction === pass)!;
    expect(wrong.status).toBe('failed');
    expect(wrong.worst).not.toBeNull();
    expect(results.find(({ direction }) => direction !== pass)!.status).toBe('passed');
  });
});

describe('boundOf', () => {
  const sigmoid = resolveActivation('sigmoid');

  test('is the catalogue’s on adapters with IEEE arithmetic, and twice that and half an ULP for a product with dy', () => {
    expect(boundOf(sigmoid, 'y', true)).toBe(sigmoid.bounds.forward);
    expect(boundOf(sigmoid, 'dx', true, true)).toBe(sigmoid.bounds.derivative);
    expect(boundOf(sigmoid, 'dx', true)).toBe(2 * sigmoid.bounds.derivative + 0.5);
    expect(boundOf(resolveActivation('glu'), 'dGate', true)).toBe(2 * sigmoid.bounds.derivative + 1.5);
    expect(boundOf(resolveActivation('glu'), 'dUp', true)).toBe(2 * sigmoid.bounds.forward + 0.5);
  });

  test('allows for a division of 2.5 ULP elsewhere, but not to functions without one', () => {
    expect(boundOf(sigmoid, 'y', false)).toBe(5.5);
    expect(boundOf(resolveActivation('relu'), 'y', false)).toBe(0.5);
  });
});

describe('judgeLearned', () => {
  const judge = (given: SumCase, dWeight: Float32Array): Result =>
    judgeLearned(resolveActivation('prelu'), 'weight', given, { alpha: 0.25 }, dWeight);
  const x = Float32Array.of(-1, 2, -3, -4);
  const dy = Float32Array.of(1, 1, 2, -3);

  test('sums dy·x over the negative x of each channel', () => {
    expect(judge({ x, dy, channels: 1, inner: 1 }, Float32Array.of(5))).toMatchObject({
      status: 'passed',
    });
    expect(judge({ x, dy, channels: 2, inner: 1 }, Float32Array.of(-7, 12))).toMatchObject({
      values: 2,
      maxUlp: 0,
    });
    expect(judge({ x, dy, channels: 2, inner: 2 }, Float32Array.of(-1, 6))).toMatchObject({
      status: 'passed',
    });
  });

  test.each([[[6]], [[Number.NaN]], [[]], [[5, 5]]])('%j fails', (dWeight) => {
    expect(judge({ x, dy, channels: 1, inner: 1 }, Float32Array.from(dWeight)).status).toBe('failed');
  });

  test('a channel without negative x must be 0', () => {
    const given = { x: Float32Array.of(1), dy: Float32Array.of(1), channels: 1, inner: 1 };
    expect(judge(given, Float32Array.of(0)).status).toBe('passed');
    expect(judge(given, Float32Array.of(1e-30)).status).toBe('failed');
  });
});

describe('computeAlong', () => {
  // Stands for softmax: each row of the given length minus its first element.
  const rows: ArrayCalls = {
    async forward(_, { x }, given) {
      const columns = (given as { columns: number }).columns;
      return { y: x!.map((value, i) => value - x![i - (i % columns)]!) };
    },
    backward: () => Promise.reject(new Error('not called')),
  };
  const softmax = resolveActivation('softmax');
  const x = { shape: [2, 3], data: Float32Array.of(1, 2, 4, 10, 20, 40) };

  test.each([
    [1, [0, 1, 3, 0, 10, 30]],
    [-1, [0, 1, 3, 0, 10, 30]],
    [0, [0, 0, 0, 9, 18, 36]],
    [-2, [0, 0, 0, 9, 18, 36]],
  ])('axis %i', async (axis, expected) => {
    const { y } = await computeAlong(axis, rows, softmax, 'forward', { x }, {});
    expect(y).toEqual({ shape: [2, 3], data: Float32Array.from(expected) });
  });

  test('a scalar is a row of one, an empty array has none', async () => {
    const scalar = { shape: [], data: Float32Array.of(7) };
    expect((await computeAlong(0, rows, softmax, 'forward', { x: scalar }, {})).y).toEqual({
      shape: [],
      data: Float32Array.of(0),
    });
    const empty = { shape: [0, 2], data: new Float32Array(0) };
    expect((await computeAlong(0, rows, softmax, 'forward', { x: empty }, {})).y).toEqual(empty);
  });

  test('an axis that x does not have', async () => {
    await expect(computeAlong(2, rows, softmax, 'forward', { x }, {})).rejects.toThrow(
      'expected an axis of [2, 3], got 2',
    );
  });

  describe('glu on one x', () => {
    const glu = resolveActivation('glu');
    // Stands for glu: gates by the sign, so that the halves can be told apart.
    const partsOf = (x: Float32Array, options: object | undefined) => {
      const { columns, gateFirst } = options as { readonly columns: number; readonly gateFirst: boolean };
      expect(gateFirst).toBe(false);
      const other = (i: number) => (i % columns < columns / 2 ? i + columns / 2 : i - columns / 2);
      return { columns, value: (i: number) => x[i]!, other: (i: number) => x[other(i)]! };
    };
    const calls: ArrayCalls = {
      async forward(_, { x }, options) {
        const { columns, value, other } = partsOf(x!, options);
        const isUp = (_: number, i: number) => i % columns < columns / 2;
        return { y: x!.map((_, i) => value(i) * other(i)).filter(isUp) };
      },
      async backward(_, { x, dy }, options) {
        const { columns, other } = partsOf(x!, options);
        const half = columns / 2;
        return { dx: x!.map((_, i) => other(i) * dy![Math.floor(i / columns) * half + (i % half)]!) };
      },
    };

    test('its halves are up and gate, along any axis', async () => {
      const tensor = { shape: [2, 2], data: Float32Array.of(1, 2, 10, 20) };
      const last = await computeAlong(-1, calls, glu, 'forward', { x: tensor }, {});
      expect(last.y).toEqual({ shape: [2, 1], data: Float32Array.of(2, 200) });
      const first = await computeAlong(0, calls, glu, 'forward', { x: tensor }, {});
      expect(first.y).toEqual({ shape: [1, 2], data: Float32Array.of(10, 40) });
    });

    test('their gradients are the halves of dx', async () => {
      const tensor = { shape: [2, 2], data: Float32Array.of(1, 2, 10, 20) };
      const dy = { shape: [1, 2], data: Float32Array.of(3, 5) };
      const { dx } = await computeAlong(0, calls, glu, 'backward', { x: tensor, dy }, {});
      expect(dx).toEqual({ shape: [2, 2], data: Float32Array.of(30, 100, 3, 10) });
    });

    test('an odd axis has no halves', async () => {
      await expect(computeAlong(1, calls, glu, 'forward', { x }, {})).rejects.toThrow('even length');
    });
  });
});

describe('reports', () => {
  const result: Result = {
    suite: 'mine & yours',
    name: 'one "quoted"',
    op: 'relu',
    direction: 'forward',
    status: 'passed',
    values: 3,
    maxUlp: 0,
    maxAbs: 0,
    worst: null,
  };
  const worst = { tensor: 'y', index: 1, x: 2, expected: 2, got: 'NaN' } as const;
  const results: Result[] = [
    result,
    { ...result, name: 'two', status: 'failed', reason: '1 < 2', worst },
    { ...result, name: 'three\u0000', status: 'unsupported', reason: 'no', values: 0 },
  ];

  test('the summary counts each status apart', () => {
    expect(summarize(results)).toEqual({ passed: 1, failed: 1, unsupported: 1, values: 6 });
  });

  test('JUnit', () => {
    const xml = formatJunit(results);
    expect(xml).toContain('<testsuite name="mine &amp; yours" tests="3" failures="1" skipped="1">');
    expect(xml).toContain('name="one &quot;quoted&quot;"/>');
    expect(xml).toContain('<failure message="1 &lt; 2">{&quot;tensor&quot;:&quot;y&quot;');
    expect(xml).toContain('name="three\ufffd"><skipped message="no"/>');
  });
});
