/**
 * The float64 truth of softmax and logSoftmax over the last axis of a row-major [rows, columns] layout. Sums are
 * compensated, so that a row of 2²⁴ elements is as exact as a short one.
 */

import type { Parameters } from '../definition.js';
import type { Facts } from './facts.js';

/** softmax: yᵢ = e^(xᵢ−m)/Σe^(xⱼ−m), m the row's maximum. A row with NaN or +∞, or of −∞ only, is NaN. */
export function softmaxForward(x: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const y = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const largest = indexOfLargest(x, start, columns);
    const maximum = x[largest]!;
    const total = 1 + sumOfOtherExponentials(x, start, columns, largest);
    for (let i = start; i < start + columns; i++) y[i] = Math.exp(x[i]! - maximum) / total;
  }
  return y;
}

/** softmax: dxᵢ = yᵢ(dyᵢ − Σ dyⱼ·yⱼ) */
export function softmaxBackward(
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
  rows: number,
  columns: number,
): Float64Array {
  const dx = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const total = new CompensatedSum();
    for (let i = start; i < start + columns; i++) total.add(dy[i]! * y[i]!);
    for (let i = start; i < start + columns; i++) dx[i] = y[i]! * (dy[i]! - total.value);
  }
  return dx;
}

/** logSoftmax: yᵢ = xᵢ − m − ln Σe^(xⱼ−m). A row with NaN or +∞, or of −∞ only, is NaN. */
export function logSoftmaxForward(x: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const y = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const largest = indexOfLargest(x, start, columns);
    const maximum = x[largest]!;
    const logTotal = Math.log1p(sumOfOtherExponentials(x, start, columns, largest));
    for (let i = start; i < start + columns; i++) y[i] = x[i]! - maximum - logTotal;
  }
  return y;
}

/** logSoftmax: dxᵢ = dyᵢ − e^yᵢ·Σ dyⱼ, where e^y = softmax(x) */
export function logSoftmaxBackward(
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
  rows: number,
  columns: number,
): Float64Array {
  const dx = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const total = new CompensatedSum();
    for (let i = start; i < start + columns; i++) total.add(dy[i]!);
    for (let i = start; i < start + columns; i++) dx[i] = dy[i]! - Math.exp(y[i]!) * total.value;
  }
  return dx;
}

/** softmin: softmax of −x. */
export const softminForward: RowReference['forward'] = (x, rows, columns) =>
  softmaxForward(
    Float64Array.from(x, (value) => -value),
    rows,
    columns,
  );

/** softmin: dxᵢ = −yᵢ(dyᵢ − Σ dyⱼ·yⱼ) */
export const softminBackward: RowReference['backward'] = (y, dy, rows, columns) =>
  softmaxBackward(y, dy, rows, columns).map((value) => -value);

/** hardmax: 1 where the row's maximum is first, else 0. A row with NaN is NaN. */
export function hardmaxForward(x: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const y = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const largest = indexOfLargest(x, start, columns);
    if (Number.isNaN(x[largest]!)) y.fill(NaN, start, start + columns);
    else y[largest] = 1;
  }
  return y;
}

/** hardmax: dx = 0, but NaN where y is. */
export const hardmaxBackward: RowReference['backward'] = (y) => Float64Array.from(y, (value) => value * 0);

/** sparsemax: yᵢ = max(xᵢ − τ, 0) with Σ y = 1. A row with NaN or +∞, or of −∞ only, is NaN. */
export function sparsemaxForward(x: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const y = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const maximum = x[indexOfLargest(x, start, columns)]!;
    if (!Number.isFinite(maximum)) {
      y.fill(NaN, start, start + columns);
      continue;
    }
    const below = Float64Array.from({ length: columns }, (_, i) => x[start + i]! - maximum);
    // of the sorted differences the first k are above the threshold (their sum − 1) / k, for the last k that says so
    const sum = new CompensatedSum();
    let threshold = -1;
    for (const [index, value] of below.toSorted().reverse().entries()) {
      if (value <= -1) break;
      sum.add(value);
      const next = (sum.value - 1) / (index + 1);
      if (value <= next) break;
      threshold = next;
    }
    for (let i = 0; i < columns; i++) y[start + i] = Math.max(below[i]! - threshold, 0);
  }
  return y;
}

/** sparsemax: dxᵢ = dyᵢ − the mean of dy over y > 0, there; else 0, and NaN where y is */
export function sparsemaxBackward(
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
  rows: number,
  columns: number,
): Float64Array {
  const dx = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const total = new CompensatedSum();
    let count = 0;
    for (let i = start; i < start + columns; i++)
      if (y[i]! > 0) {
        total.add(dy[i]!);
        count++;
      }
    for (let i = start; i < start + columns; i++)
      dx[i] = y[i]! > 0 ? dy[i]! - total.value / count : Number.isNaN(y[i]!) ? NaN : 0;
  }
  return dx;
}

/** What is promised of each, for people and for checks. */
export const rowFacts: Readonly<Record<string, Facts>> = {
  softmax: {
    formula: 'e^(x − m) / Σ e^(x − m), m the maximum of the row',
    derivative: 'dx = y·(dy − Σ dy·y)',
    points: () => [],
    bounds: { forward: 4, derivative: 4 },
    citation: 'Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990',
  },
  logSoftmax: {
    formula: 'x − m − ln Σ e^(x − m), m the maximum of the row',
    derivative: 'dx = dy − e^y·Σ dy',
    points: () => [],
    bounds: { forward: 4, derivative: 4 },
    citation: 'Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990',
  },
  softmin: {
    formula: 'softmax(−x)',
    derivative: 'dx = −y·(dy − Σ dy·y)',
    points: () => [],
    bounds: { forward: 4, derivative: 4 },
    citation: 'Paszke et al., PyTorch, arXiv:1912.01703: nn.Softmin',
  },
  hardmax: {
    formula: '1 at the first maximum of the row, else 0',
    derivative: 'dx = 0',
    points: () => [],
    bounds: { forward: 1, derivative: 1 },
    citation: 'ONNX operators: Hardmax',
  },
  sparsemax: {
    formula: 'max(x − τ, 0), τ such that the row sums to 1',
    derivative: 'dx = dy − mean of dy over y > 0, there; else 0',
    points: () => [],
    bounds: { forward: 4, derivative: 4 },
    citation: 'Martins & Astudillo 2016, arXiv:1602.02068',
  },
};

/** The truth of a function of rows: forward from x, backward from y and dy. */
export interface RowReference {
  forward(x: ArrayLike<number>, rows: number, columns: number, parameters?: Parameters, sight?: RowSight): Float64Array;
  backward(
    y: ArrayLike<number>,
    dy: ArrayLike<number>,
    rows: number,
    columns: number,
    parameters?: Parameters,
    sight?: RowSight,
  ): Float64Array;
  /** What errors are measured by, in multiples of 2⁻²⁴: of y from y itself, or in ULP; of dx from a row of dy. */
  readonly units: {
    readonly forward: 'ulp' | ((y: number) => number);
    backward(dy: ArrayLike<number>): number;
    /** The same for people. */
    readonly text: string;
  };
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

function sumOf(values: ArrayLike<number>): number {
  const sum = new CompensatedSum();
  for (let i = 0; i < values.length; i++) sum.add(values[i]!);
  return sum.value;
}

/** Which columns a row sees, and what it has where it sees none, or only −∞. */
export interface RowSight {
  readonly causal?: number;
  readonly queries?: number;
  readonly empty?: 'nan' | 'zero';
  /** Added to the logits: rows, of which each `maskBlock` rows of x take `maskRows`, from the first again after the last. */
  readonly mask?: ArrayLike<number>;
  readonly maskBlock?: number;
  readonly maskRows?: number;
  /** Where the function is held by softcap: x, from which its gradient is. */
  readonly x?: ArrayLike<number>;
}

/** Row `row` of the mask's rows; nothing without a mask. */
function maskOf(row: number, columns: number, { mask, maskBlock = 1, maskRows = 1 }: RowSight): (i: number) => number {
  if (!mask) return () => 0;
  const own = Math.floor(row / maskBlock) * maskRows + (row % maskRows);
  const start = (own % (mask.length / columns)) * columns;
  return (i) => mask[start + i]!;
}

const capped = (x: number, cap: number): number => (cap === Infinity ? x : cap * Math.tanh(x / cap));
const cappedSlope = (x: number, cap: number): number => (cap === Infinity ? 1 : 1 / Math.cosh(x / cap) ** 2);

/** How many of its first columns a row sees. */
const seenBy = (row: number, columns: number, { causal = columns, queries = Infinity }: RowSight): number =>
  Math.min(Math.max((queries === Infinity ? row : row % queries) + causal + 1, 0), columns);

/**
 * The same of scale·x, held by softcap, with a mask, where a row may see some columns alone; `unseen` is y of the others, `nothing` the
 * x that adds nothing.
 */
const scaled = ({ forward, backward, units }: RowReference, unseen: number, nothing = -Infinity): RowReference => {
  const seenOf = (row: number, columns: number, sight: RowSight): number[] => {
    const mask = maskOf(row, columns, sight);
    return [...Array(seenBy(row, columns, sight)).keys()].filter((i) => mask(i) !== -Infinity);
  };
  return {
    units,
    forward: (
      x: ArrayLike<number>,
      rows: number,
      columns: number,
      { scale = 1, softcap = Infinity }: Parameters = {},
      sight?: RowSight,
    ): Float64Array => {
      const logits = Float64Array.from(x, (value) => capped(scale * value, softcap));
      if (!sight) return forward(logits, rows, columns);
      const y = new Float64Array(rows * columns).fill(unseen);
      for (let row = 0; row < rows; row++) {
        const start = row * columns;
        const seen = seenOf(row, columns, sight);
        const mask = maskOf(row, columns, sight);
        const own = Float64Array.from(seen, (i) => logits[start + i]! - Math.sign(nothing) * mask(i));
        const isNothing = own.every((value) => value === nothing);
        const values = seen.length ? forward(own, 1, seen.length) : [];
        if (isNothing) y.fill(sight.empty === 'zero' ? 0 : NaN, start, start + columns);
        else for (const [k, i] of seen.entries()) y[start + i] = values[k]!;
      }
      return y;
    },
    backward: (
      y: ArrayLike<number>,
      dy: ArrayLike<number>,
      rows: number,
      columns: number,
      { scale = 1, softcap = Infinity }: Parameters = {},
      sight: RowSight = {},
    ): Float64Array => {
      const dx = new Float64Array(rows * columns);
      for (let row = 0; row < rows; row++) {
        const start = row * columns;
        const seen = seenOf(row, columns, sight);
        const part = (values: ArrayLike<number>) => Float64Array.from(seen, (i) => values[start + i]!);
        const own = part(y);
        // no other row than one of nothing has no value but 0, or it has one column and a gradient of 0
        if (sight.empty === 'zero' && own.every((value) => value === 0)) continue;
        for (const [k, value] of backward(own, part(dy), 1, seen.length).entries()) {
          const place = start + seen[k]!;
          dx[place] = scale * value * (sight.x ? cappedSlope(scale * sight.x[place]!, softcap) : 1);
        }
      }
      return dx;
    },
  };
};

/**
 * Rows with a sink, one for each block of `queries` rows or for all: a column of its own that is in the sum alone, `negates` where the
 * function takes −x. Forward and backward at once.
 */
export function withSink(
  { forward, backward }: Pick<RowReference, 'forward' | 'backward'>,
  { x, dy, sink }: Readonly<Record<'x' | 'dy' | 'sink', ArrayLike<number>>>,
  columns: number,
  { scale = 1, negates = false, ...sight }: RowSight & { readonly scale?: number; readonly negates?: boolean },
): Readonly<Record<'y' | 'dx' | 'dSink', Float64Array>> {
  const [y, dx] = [new Float64Array(x.length), new Float64Array(x.length)];
  const sums = Array.from(sink, () => new CompensatedSum());
  const sign = negates ? -1 : 1;
  const { queries = x.length / columns } = sight;
  for (let row = 0; row < x.length / columns; row++) {
    const [start, seen, head] = [row * columns, seenBy(row, columns, sight), Math.floor(row / queries)];
    const part = (values: ArrayLike<number>, last: number) =>
      Float64Array.from({ length: seen + 1 }, (_, i) => (i < seen ? values[start + i]! : last));
    const own = part(x, 0).map((value) => scale * value);
    own[seen] = sign * sink[head]!;
    const values = forward(own, 1, seen + 1);
    const gradient = backward(values, part(dy, 0), 1, seen + 1);
    y.fill(forward([-sign * Infinity, 0], 1, 2)[0]!, start, start + columns).set(values.subarray(0, seen), start);
    dx.set(
      gradient.subarray(0, seen).map((value) => scale * value),
      start,
    );
    sums[head]!.add(sign * gradient[seen]!);
  }
  return { y, dx, dSink: Float64Array.from(sums, (sum) => sum.value) };
}

const softmaxUnits: RowReference['units'] = {
  forward: 'ulp',
  backward: largestOf,
  text: 'At most 4 ULP off in y, and 4·2⁻²⁴·max|dy| in dx, whose terms may cancel.',
};

export const rowwise: Readonly<Record<string, RowReference>> = {
  softmax: /* @__PURE__ */ scaled({ forward: softmaxForward, backward: softmaxBackward, units: softmaxUnits }, 0),
  logSoftmax: /* @__PURE__ */ scaled(
    {
      forward: logSoftmaxForward,
      backward: logSoftmaxBackward,
      units: {
        forward: (y) => Math.max(1, Math.abs(y)),
        backward: (dy) => largestOf(dy) + Math.abs(sumOf(dy)),
        text: 'At most 4·2⁻²⁴·max(1, |y|) off in y, and 4·2⁻²⁴·(max|dy| + |Σ dy|) in dx, whose terms may cancel.',
      },
    },
    -Infinity,
  ),
  softmin: /* @__PURE__ */ scaled(
    { forward: softminForward, backward: softminBackward, units: softmaxUnits },
    0,
    Infinity,
  ),
  hardmax: {
    forward: hardmaxForward,
    backward: hardmaxBackward,
    units: { forward: 'ulp', backward: largestOf, text: 'Exact.' },
  },
  sparsemax: {
    forward: sparsemaxForward,
    backward: sparsemaxBackward,
    units: {
      forward: () => 1,
      backward: largestOf,
      text: 'At most 4·2⁻²⁴ off in y, and 4·2⁻²⁴·max|dy| in dx, whose terms may cancel.',
    },
  },
};

/** Neumaier's sum: its error does not grow with the number of terms. */
export class CompensatedSum {
  #sum = 0;
  #lost = 0;

  add(term: number): void {
    const sum = this.#sum + term;
    this.#lost += Math.abs(this.#sum) >= Math.abs(term) ? this.#sum - sum + term : term - sum + this.#sum;
    this.#sum = sum;
  }

  get value(): number {
    // An infinite sum has lost ∞ − ∞.
    return Number.isFinite(this.#sum) ? this.#sum + this.#lost : this.#sum;
  }
}

/** Where the row's maximum is; where the first NaN is, if there is one. */
function indexOfLargest(x: ArrayLike<number>, start: number, columns: number): number {
  let largest = start;
  for (let i = start; i < start + columns; i++) {
    if (Number.isNaN(x[i])) return i;
    if (x[i]! > x[largest]!) largest = i;
  }
  return largest;
}

/** A row's maximum, NaN where there is one, and Σe^(xⱼ−m) without the maximum's own 1. */
export function exponentialsOf(
  x: ArrayLike<number>,
  start: number,
  columns: number,
): { readonly maximum: number; readonly others: number } {
  const largest = indexOfLargest(x, start, columns);
  return { maximum: x[largest]!, others: sumOfOtherExponentials(x, start, columns, largest) };
}

/** Σe^(xⱼ−m) without the maximum's own 1, which log1p adds exactly; NaN where the maximum is not finite. */
function sumOfOtherExponentials(x: ArrayLike<number>, start: number, columns: number, largest: number): number {
  const maximum = x[largest]!;
  if (!Number.isFinite(maximum)) return NaN;
  const total = new CompensatedSum();
  for (let i = start; i < start + columns; i++) if (i !== largest) total.add(Math.exp(x[i]! - maximum));
  return total.value;
}
