/** The float64 truth of functions that give one value a row: logSumExp, and crossEntropy of a row and its label. */
import type { Parameters } from '../definition.js';
import type { Facts } from './facts.js';
import { CompensatedSum, exponentialsOf, softmaxForward } from './rowwise.js';

/** What is promised of each, for people and for checks. */
export const rowValueFacts: Readonly<Record<string, Facts>> = {
  logSumExp: {
    formula: 'm + ln Σ e^(x − m), m the maximum of the row: one value a row',
    derivative: 'dx = dy·softmax(x)',
    points: () => [],
    bounds: { forward: 4, derivative: 4 },
    citation: 'Blanchard, Higham & Higham, IMA Journal of Numerical Analysis 41, 2021',
  },
  crossEntropy: {
    formula: '−ln softmax(x)[label]: one value a row',
    derivative: 'dx = dy·(softmax(x) − onehot(label))',
    points: () => [],
    bounds: { forward: 4, derivative: 4 },
    citation:
      'Bridle 1990; label smoothing: Szegedy et al. 2015, arXiv:1512.00567; z-loss: Chowdhery et al. 2022, arXiv:2204.02311',
  },
};

export interface RowsOfValues {
  readonly x: ArrayLike<number>;
  /** Of a function of labels. */
  readonly labels?: ArrayLike<number>;
  readonly columns: number;
  readonly parameters?: Parameters;
}

/** The truth of a function of one value a row. */
export interface RowValueReference {
  /** The value of each row. */
  forward(rows: RowsOfValues): Float64Array;
  backward(rows: RowsOfValues, dy: ArrayLike<number>): Float64Array;
  /** What is promised, for people: y and dx are measured in 2⁻²⁴·max(1, |y|) and 2⁻²⁴·|dy| of the row. */
  readonly text: string;
}

/** ln Σe^x of a row in two parts: its maximum, and ln Σe^(x − m). */
function partsOf(x: ArrayLike<number>, start: number, columns: number): readonly [maximum: number, logarithm: number] {
  const { maximum, others } = exponentialsOf(x, start, columns);
  return [maximum, Number.isFinite(maximum) ? Math.log1p(others) : 0];
}

/** logSumExp of each row; of a row with NaN NaN, with +∞ +∞, of −∞ only −∞. */
export function logSumExpForward({ x, columns }: RowsOfValues): Float64Array {
  return Float64Array.from({ length: x.length / columns }, (_, row) => {
    const [maximum, logarithm] = partsOf(x, row * columns, columns);
    return maximum + logarithm;
  });
}

/** logSumExp: dxᵢ = softmax(x)ᵢ·dy */
export function logSumExpBackward({ x, columns }: RowsOfValues, dy: ArrayLike<number>): Float64Array {
  const softmax = softmaxForward(x, x.length / columns, columns);
  return softmax.map((y, i) => y * dy[Math.floor(i / columns)]!);
}

const isIgnored = (label: number, { ignoreIndex = -100 }: Parameters): boolean => label === ignoreIndex >>> 0;

/** crossEntropy: (1 − s)·(L − x[label]) + s·(L − mean of x) + z·L² of L = ln Σe^x; 0 of an ignored row. */
export function crossEntropyForward({ x, labels, columns, parameters = {} }: RowsOfValues): Float64Array {
  const { labelSmoothing = 0, zLoss = 0 } = parameters;
  return Float64Array.from({ length: x.length / columns }, (_, row) => {
    const label = labels![row]!;
    if (isIgnored(label, parameters)) return 0;
    const start = row * columns;
    const [maximum, logarithm] = partsOf(x, start, columns);
    if (label >= columns || !Number.isFinite(maximum)) return NaN;
    const own = logarithm + (maximum - x[start + label]!);
    const below = new CompensatedSum();
    for (let i = start; i < start + columns; i++) below.add(maximum - x[i]!);
    const mean = logarithm + below.value / columns;
    const whole = maximum + logarithm;
    return (1 - labelSmoothing) * own + (labelSmoothing && labelSmoothing * mean) + zLoss * whole * whole;
  });
}

/** crossEntropy: dxᵢ = dy·(softmax(x)ᵢ·(1 + 2z·L) − (1 − s)·[i is label] − s/columns); 0 of an ignored row. */
export function crossEntropyBackward(
  { x, labels, columns, parameters = {} }: RowsOfValues,
  dy: ArrayLike<number>,
): Float64Array {
  const { labelSmoothing = 0, zLoss = 0 } = parameters;
  const softmax = softmaxForward(x, x.length / columns, columns);
  const whole = logSumExpForward({ x, columns });
  return softmax.map((y, i) => {
    const row = Math.floor(i / columns);
    const label = labels![row]!;
    if (isIgnored(label, parameters)) return 0;
    if (label >= columns) return NaN;
    const own = i % columns === label ? 1 - labelSmoothing : 0;
    return dy[row]! * (y * (1 + 2 * zLoss * whole[row]!) - own - labelSmoothing / columns);
  });
}

export const rowValues: Readonly<Record<string, RowValueReference>> = {
  logSumExp: {
    forward: logSumExpForward,
    backward: logSumExpBackward,
    text: 'At most 4·2⁻²⁴·max(1, |y|) off in y, and 4·2⁻²⁴·|dy| in dx.',
  },
  crossEntropy: {
    forward: crossEntropyForward,
    backward: crossEntropyBackward,
    text: 'At most 4·2⁻²⁴·max(1, |y|) off in y, and 4·2⁻²⁴·|dy| in dx, whose terms may cancel.',
  },
};
