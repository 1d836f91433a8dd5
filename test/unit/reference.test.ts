import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import { sampleInputs } from '../../src/check/samples.js';
import { referenceOf } from '../../src/check/truth.js';
import { spacing } from '../../src/check/ulp.js';
import type { Definition, Parameters } from '../../src/definition.js';
import {
  CompensatedSum,
  gatedBy,
  gradient,
  logSoftmaxBackward,
  logSoftmaxForward,
  reference,
  rowValues,
  rowwise,
  softmaxBackward,
  softmaxForward,
  unitFacts,
} from '../../src/reference/index.js';

/** JSON has no NaN and no infinities: they are text there. */
type GoldenNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** 50-digit numbers as a sum of two float64; where low is absent it is 0. */
interface Column {
  readonly high: readonly GoldenNumber[];
  readonly low?: readonly number[];
}

interface ElementwiseGolden {
  readonly parameters: Readonly<Record<string, GoldenNumber>>;
  readonly x: readonly GoldenNumber[];
  readonly value: Column;
  readonly derivative: Column;
}

type GatedGolden = { readonly parameters: Parameters } & Readonly<Record<'gate' | 'up' | 'dy', readonly number[]>> &
  Readonly<Record<'value' | 'dGate' | 'dUp', Column>>;

interface RowwiseGolden {
  readonly x: readonly GoldenNumber[];
  readonly dy: readonly number[];
  readonly softmax: Column;
  readonly softmaxGradient: Column;
  readonly logSoftmax: Column;
  readonly logSoftmaxGradient: Column;
  readonly softmin: Column;
  readonly softminGradient: Column;
  readonly sparsemax: Column;
  readonly logSumExp: Column;
  readonly logSumExpGradient: Column;
  readonly crossEntropy: Column;
  readonly crossEntropyGradient: Column;
  /** crossEntropy with labelSmoothing 0.1 and zLoss 10⁻⁴. */
  readonly smoothed: Column;
  readonly smoothedGradient: Column;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../goldens/${name}.json`, import.meta.url), 'utf8'));
const goldens: Record<string, ElementwiseGolden[]> = read('elementwise');
const names = Object.keys(goldens);

/** |got − exact| in ULP of float32, as if its exponents had no upper end; ∞ for NaN or ∞ against anything else. */
function deviation(got: number, { high, low }: Column, i: number): number {
  const exact = Number(high[i]);
  if (!Number.isFinite(exact)) return Object.is(got, exact) ? 0 : Infinity;
  const ulp = Math.abs(got - exact - (low?.[i] ?? 0)) / Math.max(spacing(exact), 2 ** -24 * Math.abs(exact));
  return Number.isNaN(ulp) ? Infinity : ulp;
}

/** The largest deviation, with the place, so that a failure says where. */
function worstDeviation(
  got: ArrayLike<number>,
  exact: Column,
  x: readonly GoldenNumber[],
): { ulp: number; at: string } {
  expect(got.length).toBe(exact.high.length);
  let worst = { ulp: 0, at: '' };
  for (let i = 0; i < got.length; i++) {
    const ulp = deviation(got[i]!, exact, i);
    if (!(ulp <= worst.ulp)) worst = { ulp, at: `x = ${x[i]}: got ${got[i]}, expected ${exact.high[i]}` };
  }
  return worst;
}

/**
 * One rounding of a float64 is 0.93e-9 ULP of float32, so only what takes a single rounding can be held to 1e-9. The
 * others chain up to a dozen roundings, exp, log1p, expm1, tanh and erfc of up to one float64 unit each among them;
 * about half of that is seen (at most 1.0e-8, in the derivative of geluSigmoid).
 */
const SINGLE_ROUNDING = 1e-9;
const SEVERAL_ROUNDINGS = 1.5e-8;

const singleRounding: readonly string[] = [
  ...([
    'identity',
    'relu',
    'leakyRelu',
    'relu6',
    'reluSquared',
    'hardSigmoid',
    'hardTanh',
    'softshrink',
    'shrink',
  ] as const),
  ...(['hardshrink', 'threshold', 'sparseSigmoid', 'prelu', 'affine', 'clippedRelu', 'step', 'sign'] as const),
];

const numbers = (parameters: ElementwiseGolden['parameters']): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, Number(value)]));

const GENERATOR = 'a line in test/goldens/generate.py, then `python3 test/goldens/generate.py`, makes a golden';

describe('the reference against 50 digits', () => {
  it('has goldens for every function', () => {
    expect(names.sort(), GENERATOR).toEqual(Object.keys(reference).sort());
  });

  describe.each(names)('%s', (name) => {
    const bound = singleRounding.includes(name) ? SINGLE_ROUNDING : SEVERAL_ROUNDINGS;
    for (const { parameters, x, ...exact } of goldens[name]) {
      const given = numbers(parameters);
      it.each(['value', 'derivative'] as const)(`%s ${JSON.stringify(parameters)}`, (part) => {
        const { absolute = 0 } = resolveActivation(name).bounds;
        const got = x.map((number, i) => {
          const result = reference[name][part](Math.fround(Number(number)), given);
          // beside a root, roundings of the terms that cancel
          const far = name === 'snake' ? 2 ** -50 * Math.sqrt(Math.abs(Number(exact[part].high[i]))) : 0;
          const slack = typeof absolute === 'function' ? 2 ** -27 * absolute(Number(number), given) : far;
          const [high, low] = [Number(exact[part].high[i]), exact[part].low?.[i] ?? 0];
          return Math.abs(result - high - low) <= slack ? high : result;
        });
        const { ulp, at } = worstDeviation(got, exact[part], x);
        expect(ulp, at).toBeLessThanOrEqual(bound);
      });
    }
  });
});

describe('the reference over every exponent', () => {
  it.each(names)('%s has a number for every number, and NaN for NaN', (name) => {
    const { value, derivative } = reference[name];
    const sample = sampleInputs({ count: 2 ** 14 });
    for (const { parameters } of goldens[name]) {
      const given = numbers(parameters);
      const wrong = sample.filter(
        (x) =>
          (Math.abs(x) < Infinity || !(name in oscillating)) &&
          (Number.isNaN(x) !== Number.isNaN(value(x, given)) || Number.isNaN(x) !== Number.isNaN(derivative(x, given))),
      );
      expect([...wrong], JSON.stringify(parameters)).toEqual([]);
    }
  });
});

/** Of what has no limit at ±∞, how often it turns. */
const oscillating: Readonly<Record<string, (parameters: Parameters) => number>> = {
  sine: ({ omega }) => Math.abs(omega!),
  snake: ({ alpha }) => Math.abs(alpha!),
  snakeBeta: ({ alpha }) => Math.abs(alpha!),
};

/** Where f′ jumps: central differences across a jump say nothing. */
const jumps: Readonly<Record<string, (parameters: Parameters) => number[]>> = {
  relu6: () => [6],
  hardSigmoid: ({ alpha, beta }) => [-beta! / alpha!, (1 - beta!) / alpha!],
  hardSwish: () => [-3, 3],
  hardTanh: ({ min, max }) => [min!, max!],
  softshrink: ({ lambda }) => [lambda!, -lambda!],
  shrink: ({ lambda }) => [lambda!, -lambda!],
  hardshrink: ({ lambda }) => [lambda!, -lambda!],
  threshold: ({ threshold }) => [threshold!],
  sparsePlus: () => [-1, 1],
  sparseSigmoid: () => [-1, 1],
  hardMish: () => [-2],
  clippedRelu: ({ max, threshold }) => [max!, threshold!],
  step: ({ threshold }) => [threshold!],
};

describe('rows of logits: the gradient against central differences of the value', () => {
  const [rows, columns] = [6, 5];
  const values = (change: (i: number) => number, length = rows * columns) =>
    Float64Array.from({ length }, (_, i) => change(i));
  const x = values((i) => 3 * Math.sin(1.7 * i + 1));
  const dy = values((i) => Math.cos(2.3 * i));
  const mask = values((i) => (i === 2 ? -Infinity : 2 * Math.cos(i)), 2 * columns);

  const sighted = Object.entries<Definition>(catalogue).flatMap(([name, { sight }]) => (sight ? [name] : []));
  it.each(sighted)('%s', (name) => {
    const { forward, backward } = rowwise[name]!;
    for (const [parameters, sight] of [
      [{ softcap: 2 }, {}],
      [
        { scale: 0.7, softcap: 1.5 },
        { causal: 1, queries: 3 },
      ],
      [{}, { mask }],
      [
        { scale: 1.3, softcap: 4 },
        { mask, maskBlock: 3 },
      ],
      [{ softcap: 3 }, { mask, maskBlock: 4, maskRows: 2, causal: 0 }],
    ] as const) {
      const weighted = (at: Float64Array): number =>
        forward(at, rows, columns, parameters, sight).reduce(
          (sum, y, i) => sum + (Number.isFinite(y) ? y * dy[i]! : 0),
          0,
        );
      const y = forward(x, rows, columns, parameters, sight);
      const dx = backward(y, dy, rows, columns, parameters, { ...sight, x });
      for (const i of x.keys()) {
        const moved = (step: number): Float64Array => x.map((value, j) => (i === j ? value + step : value));
        const slope = (weighted(moved(1e-5)) - weighted(moved(-1e-5))) / 2e-5;
        expect(Math.abs(slope - dx[i]!), `${JSON.stringify(parameters)} at ${i}: ${slope}, ${dx[i]}`).toBeLessThan(
          1e-8,
        );
      }
      expect(Math.max(...dx.map(Math.abs))).toBeGreaterThan(0.05);
    }
  });
});

describe('the derivative against central differences of the value', () => {
  it.each(names)('%s', (name) => {
    for (const { parameters, x } of goldens[name]) {
      const given = numbers(parameters);
      let compared = 0;
      for (const number of x.map(Number)) {
        const step = 1e-5 * Math.min(Math.abs(number), 1 / (oscillating[name]?.(given) ?? 0));
        if (!(Math.abs(number) > 1e-3 && Math.abs(number) < 50)) continue;
        if (jumps[name]?.(given).some((jump) => Math.abs(number - jump) <= step)) continue;
        const { value, derivative } = reference[name];
        const slope = (value(number + step, given) - value(number - step, given)) / (2 * step);
        const exact = derivative(number, given);
        expect(Math.abs(slope - exact), `${name} ${JSON.stringify(given)} at ${number}: ${slope}, ${exact}`) //
          .toBeLessThan(1e-6 * Math.max(1, Math.abs(exact)));
        compared++;
      }
      expect(compared).toBeGreaterThan(15);
    }
  });
});

describe('identities', () => {
  const at = [-40, -7.25, -2, -1.2784646, -0.75, -1e-3, -1e-20, 0, 1e-20, 1e-3, 0.5, 2, 3, 7.25, 40];
  const none = {};
  const { sigmoid, tanh, silu, softplus, logSigmoid, swish, softcap, tanhshrink, celu, elu, gelu } =
    reference as Required<typeof reference>;

  it.each(at)('at %d', (x) => {
    expect(tanh.value(x, none)).toBeCloseTo(2 * sigmoid.value(2 * x, none) - 1, 14);
    expect(tanh.derivative(x, none)).toBeCloseTo(1 - tanh.value(x, none) ** 2, 14);
    const gate = sigmoid.value(x, none);
    expect(sigmoid.derivative(x, none)).toBeCloseTo(gate * (1 - gate), 14);
    expect(silu.derivative(x, none)).toBeCloseTo(gate + silu.value(x, none) * (1 - gate), 14);
    expect(silu.value(x, none)).toBe(swish.value(x, { beta: 1 }));
    expect(silu.derivative(x, none)).toBe(swish.derivative(x, { beta: 1 }));
    expect(silu.value(x, none) + silu.value(-x, none)).toBeCloseTo(x * Math.tanh(x / 2), 12);
    expect(softplus.value(x, { beta: 1 }) - softplus.value(-x, { beta: 1 })).toBeCloseTo(x, 12);
    expect(logSigmoid.value(x, none)).toBe(-softplus.value(-x, { beta: 1 }));
    expect(Math.exp(logSigmoid.value(x, none))).toBeCloseTo(gate, 14);
    expect(softcap.value(x, { cap: 1 })).toBe(tanh.value(x, none));
    expect(tanhshrink.value(x, none) + tanh.value(x, none)).toBeCloseTo(x, 12);
    expect(celu.value(x, { alpha: 1 })).toBe(elu.value(x, { alpha: 1 }));
    expect(gelu.value(x, none) - gelu.value(-x, none)).toBeCloseTo(x, 12);
  });

  it('prelu is linear in its weight below 0 and free of it above: ∂y/∂a = x, and 0', () => {
    const { prelu } = reference;
    const slope = (x: number) => prelu!.value(x, { alpha: 1 }) - prelu!.value(x, { alpha: 0 });
    expect(slope(-3)).toBe(-3);
    expect(slope(3)).toBe(0);
    expect([-3, 0, 3].map((x) => prelu!.by!.alpha!(x, { alpha: 0.25 }))).toEqual([-3, 0, 0]);
    expect(prelu!.derivative(0, { alpha: 0.25 })).toBe(1);
  });
});

describe('worked examples of a course on activation functions', () => {
  const value = (name: string, x: number, parameters = {}) => reference[name].value(x, parameters);
  const derivative = (name: string, x: number) => reference[name].derivative(x, {});

  it('six functions at x = −2', () => {
    expect(value('sigmoid', -2)).toBeCloseTo(0.1192, 4);
    expect(value('tanh', -2)).toBeCloseTo(-0.964, 4);
    expect(value('relu', -2)).toBe(0);
    expect(value('leakyRelu', -2, { alpha: 0.01 })).toBe(-0.02);
    expect(value('gelu', -2)).toBeCloseTo(-0.0455, 4);
  });

  it('slopes at x = 3', () => {
    expect(derivative('sigmoid', 3)).toBeCloseTo(0.0452, 4);
    expect(derivative('tanh', 3)).toBeCloseTo(0.0099, 4);
  });

  it('twenty sigmoid layers, each at x = 3, leave a gradient near 10⁻²⁷', () => {
    let slope = 1;
    for (let layer = 0; layer < 20; layer++) slope *= derivative('sigmoid', 3);
    expect(Math.log10(slope)).toBeCloseTo(-27, 0);
  });

  it('the ReLU neuron w = (−2, −3), b = 1 is dead on (1, 1) and (2, 2)', () => {
    for (const input of [1, 2]) {
      const x = -2 * input - 3 * input + 1;
      expect(value('relu', x)).toBe(0);
      expect(derivative('relu', x)).toBe(0);
    }
  });
});

describe('gradient', () => {
  it('is 0 on the flat parts whatever dy is, and dy·f′ elsewhere', () => {
    for (const dy of [NaN, Infinity, -Infinity, 3]) expect(gradient(dy, 0, true)).toBe(0);
    expect(gradient(NaN, 0, false)).toBeNaN();
    expect(gradient(NaN, 1, true)).toBeNaN();
    expect(gradient(3, NaN, true)).toBeNaN();
    expect(gradient(3, 0.5, true)).toBe(1.5);
  });
});

describe('gated units against 50 digits', () => {
  const unitOf = (name: string) => gatedBy(referenceOf(resolveActivation(name)), resolveActivation(name).flat);
  const table: Record<string, GatedGolden> = read('gated');

  it('has goldens for every one', () => {
    expect(Object.keys(table), GENERATOR).toEqual(Object.keys(unitFacts));
  });

  it.each(Object.keys(unitFacts))('%s', (name) => {
    const { parameters, gate, up, dy, ...exact } = table[name];
    const { value, dGate, dUp } = unitOf(name);
    const got = {
      value: gate.map((x, i) => value(Math.fround(x), Math.fround(up[i]!), parameters)),
      dGate: gate.map((x, i) => dGate(Math.fround(x), Math.fround(up[i]!), Math.fround(dy[i]!), parameters)),
      dUp: gate.map((x, i) => dUp(Math.fround(x), Math.fround(up[i]!), Math.fround(dy[i]!), parameters)),
    };
    for (const part of ['value', 'dGate', 'dUp'] as const) {
      const { ulp, at } = worstDeviation(got[part], exact[part], gate);
      expect(ulp, `${part} ${at}`).toBeLessThanOrEqual(SEVERAL_ROUNDINGS);
    }
  });

  it('reglu has no gradient where its gate is closed, NaN and ∞ included', () => {
    expect(unitOf('reglu').dGate(-1, Infinity, 1, {})).toBe(0);
    expect(unitOf('reglu').dGate(0, 1, NaN, {})).toBe(0);
    expect(unitOf('reglu').dGate(NaN, 1, 1, {})).toBeNaN();
    expect(unitOf('glu').dGate(1, NaN, 1, {})).toBeNaN();
  });
});

describe('softmax and logSoftmax', () => {
  const cases: RowwiseGolden[] = read('rowwise');

  it.each(cases.map((row) => ({ columns: row.x.length, row })))(
    'against 50 digits, $columns columns',
    ({ columns, row }) => {
      const x = Float32Array.from(row.x, Number);
      const dy = Float32Array.from(row.dy);
      const soft = softmaxForward(x, 1, columns);
      const log = logSoftmaxForward(x, 1, columns);
      // A gradient is a difference, so its error is measured at its terms' size: max|dy|, |Σdy|.
      const size = Math.max(...dy.map(Math.abs)) + Math.abs(dy.reduce((sum, slope) => sum + slope, 0));
      const farthest = (got: Float64Array, { high }: Column) =>
        Math.max(...got.map((y, i) => Math.abs(y - Number(high[i]))));
      for (const [got, exact] of [
        [soft, row.softmax],
        [log, row.logSoftmax],
      ] as const) {
        const { ulp, at } = worstDeviation(got, exact, row.x);
        expect(ulp, at).toBeLessThanOrEqual(SEVERAL_ROUNDINGS);
      }
      expect(farthest(softmaxBackward(soft, dy, 1, columns), row.softmaxGradient)).toBeLessThan(2 ** -50 * size);
      expect(farthest(logSoftmaxBackward(log, dy, 1, columns), row.logSoftmaxGradient)).toBeLessThan(2 ** -50 * size);
    },
  );

  it.each(cases.map((row) => ({ columns: row.x.length, row })))(
    'softmin, logSumExp and crossEntropy against 50 digits, $columns columns',
    ({ columns, row }) => {
      const x = Float32Array.from(row.x, Number);
      const dy = Float32Array.from(row.dy);
      const farthest = (got: Float64Array, { high }: Column) =>
        Math.max(...got.map((y, i) => (Object.is(y, Number(high[i])) ? 0 : Math.abs(y - Number(high[i])))));
      const softmin = rowwise.softmin!;
      const y = softmin.forward(x, 1, columns);
      const size = Math.max(...dy.map(Math.abs));
      expect(farthest(y, row.softmin)).toBeLessThan(2 ** -50);
      expect(farthest(rowwise.sparsemax!.forward(x, 1, columns), row.sparsemax)).toBeLessThan(2 ** -34);
      expect(farthest(softmin.backward(y, dy, 1, columns), row.softminGradient)).toBeLessThan(2 ** -48 * size);
      const labels = [columns - 1];
      const slope = dy.subarray(0, 1);
      const largest = Math.max(1, ...x.filter(Number.isFinite).map(Math.abs));
      for (const [name, value, gradient, parameters] of [
        ['logSumExp', row.logSumExp, row.logSumExpGradient, {}],
        ['crossEntropy', row.crossEntropy, row.crossEntropyGradient, {}],
        ['crossEntropy', row.smoothed, row.smoothedGradient, { labelSmoothing: 0.1, zLoss: 1e-4 }],
      ] as const) {
        const given = { x, labels, columns, parameters: parameters as Record<string, number> };
        const { forward, backward } = rowValues[name]!;
        const bound = name === 'logSumExp' ? largest : largest ** 2;
        expect(farthest(forward(given), value), name).toBeLessThan(2 ** -50 * bound);
        expect(farthest(backward(given, slope), gradient), name).toBeLessThan(2 ** -46 * Math.abs(slope[0]!) * largest);
      }
    },
  );

  it('hardmax is 1 at the first maximum', () => {
    const { forward, backward } = rowwise.hardmax!;
    expect([...forward([1, 3, 3, -Infinity, -Infinity, NaN, 2, 1], 2, 4)]).toEqual([0, 1, 0, 0, NaN, NaN, NaN, NaN]);
    expect([...forward([-Infinity, -Infinity, Infinity, Infinity], 2, 2)]).toEqual([1, 0, 1, 0]);
    expect([...backward([0, 1], [NaN, Infinity], 1, 2)]).toEqual([0, 0]);
  });

  it('sparsemax of ties, of special rows, and its gradient', () => {
    const { forward, backward } = rowwise.sparsemax!;
    expect([...forward([1, 0.5, -3, 2, 2, 2, 7, 6, -Infinity], 3, 3).slice(0, 3)]).toEqual([0.75, 0.25, 0]);
    expect([...forward([2, 2, 7, 6, -Infinity, -Infinity, 1, Infinity], 4, 2)]).toEqual([
      0.5,
      0.5,
      1,
      0,
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
    expect([...backward([0.75, 0.25, 0, NaN, NaN, NaN], [1, 2, Infinity, 1, 1, 1], 2, 3)]).toEqual([
      -0.5,
      0.5,
      0,
      NaN,
      NaN,
      NaN,
    ]);
  });

  it('rows that a loss leaves out, and labels of no column', () => {
    const { forward, backward } = rowValues.crossEntropy!;
    const given = { x: [1, 2, NaN, 3], labels: [2, 7], columns: 2, parameters: { ignoreIndex: 7 } };
    expect([...forward(given)]).toEqual([NaN, 0]);
    expect([...backward(given, [1, NaN])]).toEqual([NaN, NaN, 0, 0]);
    const sums = rowValues.logSumExp!.forward({ x: [-Infinity, -Infinity, Infinity, 1, NaN, 1], columns: 2 });
    expect([...sums]).toEqual([-Infinity, Infinity, NaN]);
  });

  it('keeps rows apart', () => {
    const x = Float32Array.of(1, 2, 3, -5, 0, 1000);
    const whole = softmaxForward(x, 2, 3);
    expect([...whole]).toEqual([...softmaxForward(x.subarray(0, 3), 1, 3), ...softmaxForward(x.subarray(3), 1, 3)]);
    const dy = Float32Array.of(1, -1, 2, 0.5, 3, 1);
    const log = logSoftmaxForward(x, 2, 3);
    for (const [backward, y] of [
      [softmaxBackward, whole],
      [logSoftmaxBackward, log],
    ] as const) {
      const parts = [0, 3].flatMap((at) => [...backward(y.subarray(at, at + 3), dy.subarray(at, at + 3), 1, 3)]);
      expect([...backward(y, dy, 2, 3)]).toEqual(parts);
    }
  });

  it('special rows: NaN or +∞ or only −∞ give NaN; −∞ among finite numbers gives 0 and −∞', () => {
    for (const row of [[1, NaN, 2], [NaN], [1, Infinity], [-Infinity, Infinity], [-Infinity], [-Infinity, -Infinity]]) {
      expect([...softmaxForward(row, 1, row.length)], String(row)).toEqual(row.map(() => NaN));
      expect([...logSoftmaxForward(row, 1, row.length)], String(row)).toEqual(row.map(() => NaN));
    }
    expect([...softmaxForward([3, -Infinity], 1, 2)]).toEqual([1, 0]);
    expect([...logSoftmaxForward([3, -Infinity], 1, 2)]).toEqual([0, -Infinity]);
    expect([...softmaxForward([3.4028234663852886e38, -3.4028234663852886e38], 1, 2)]).toEqual([1, 0]);
  });

  it('a row of 2²⁰ equal elements is exact', () => {
    const columns = 2 ** 20;
    expect(new Set(softmaxForward(new Float32Array(columns).fill(7), 1, columns))).toEqual(new Set([1 / columns]));
  });

  it('the derivatives follow from central differences', () => {
    const x = [0.3, -1.2, 2.5, 0];
    const dy = [1, -0.5, 0.25, 2];
    const loss = (forward: typeof softmaxForward, at: number[]) =>
      forward(at, 1, 4).reduce((sum, y, i) => sum + y * dy[i]!, 0);
    for (const [forward, backward] of [
      [softmaxForward, softmaxBackward],
      [logSoftmaxForward, logSoftmaxBackward],
    ] as const) {
      const dx = backward(forward(x, 1, 4), dy, 1, 4);
      for (let i = 0; i < 4; i++) {
        const moved = (step: number) => x.map((value, j) => (i === j ? value + step : value));
        expect(dx[i]).toBeCloseTo((loss(forward, moved(1e-5)) - loss(forward, moved(-1e-5))) / 2e-5, 8);
      }
    }
  });
});

describe('CompensatedSum', () => {
  it('keeps what plain addition loses', () => {
    const total = new CompensatedSum();
    for (const term of [1, 1e100, 1, -1e100]) total.add(term);
    expect(total.value).toBe(2);
  });

  it('passes NaN and ∞ on', () => {
    for (const terms of [
      [1, Infinity, 2],
      [NaN, 1],
      [Infinity, -Infinity],
    ]) {
      const total = new CompensatedSum();
      for (const term of terms) total.add(term);
      expect(total.value).toBe(terms.reduce((sum, term) => sum + term));
    }
  });
});
