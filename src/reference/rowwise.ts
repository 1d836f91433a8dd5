/**
 * The float64 truth of softmax and logSoftmax over the last axis of a row-major [rows, columns] layout. Sums are
 * compensated, so that a row of 2²⁴ elements is as exact as a short one.
 */

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

/** Forward from x, backward from y and dy, by name. */
export const rowwise = {
  softmax: { forward: softmaxForward, backward: softmaxBackward },
  logSoftmax: { forward: logSoftmaxForward, backward: logSoftmaxBackward },
} as const;
export type RowwiseName = keyof typeof rowwise;

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

/** Σe^(xⱼ−m) without the maximum's own 1, which log1p adds exactly; NaN where the maximum is not finite. */
function sumOfOtherExponentials(x: ArrayLike<number>, start: number, columns: number, largest: number): number {
  const maximum = x[largest]!;
  if (!Number.isFinite(maximum)) return NaN;
  const total = new CompensatedSum();
  for (let i = start; i < start + columns; i++) if (i !== largest) total.add(Math.exp(x[i]! - maximum));
  return total.value;
}
