/**
 * Comparing with the truth in units in the last place: the distance from the exact result, in steps of the format's
 * numbers at the exact result. NaN, ∞ and results flushed to zero follow the rules of {@link ulpError}.
 */

export interface FloatFormat {
  readonly name: 'float32' | 'float16' | 'bfloat16';
  /** The largest finite number. */
  readonly largest: number;
  /** From here on, rounding to nearest gives ∞. */
  readonly overflow: number;
  /** The distance between neighbours, by the exponent field of a float64. */
  readonly spacings: Float64Array;
}

export const float32 = createFormat('float32', 24, 127);
export const float16 = createFormat('float16', 11, 15);
export const bfloat16 = createFormat('bfloat16', 8, 127);

/** WGSL may flush results below this to zero, whatever they are stored as; the smallest normal float32. */
export const FLUSH_LIMIT = 2 ** -126;

function createFormat(name: FloatFormat['name'], precision: number, largestExponent: number): FloatFormat {
  const smallestExponent = 1 - largestExponent;
  const step = (exponent: number) =>
    2 ** (Math.min(Math.max(exponent, smallestExponent), largestExponent) + 1 - precision);
  return {
    name,
    largest: 2 ** largestExponent * (2 - 2 ** (1 - precision)),
    overflow: 2 ** largestExponent * (2 - 2 ** -precision),
    spacings: Float64Array.from({ length: 2048 }, (_, field) => step(field - 1023)),
  };
}

const float64 = new Float64Array(1);
/** The upper half of float64[0]; every platform with WebGPU is little-endian. */
const upperHalf = new Uint32Array(float64.buffer, 4, 1);

/** The distance between the format's neighbours at x: 2^(exponent of x + 1 − precision), never below the subnormals'. */
export function spacing(x: number, format: FloatFormat = float32): number {
  float64[0] = x;
  return format.spacings[(upperHalf[0]! >>> 20) & 0x7ff]!;
}

/**
 * How far `got`, a number of the format, is from the exact result, in ULP of the format at the exact result.
 * - NaN for NaN and ∞ for ∞ are 0 away; NaN or ∞ for anything else, or anything else for them, is ∞ away.
 * - Where the exact result, though finite, rounds to ∞, ∞ is 0 away.
 * - Where both the exact result and the distance are below 2⁻¹²⁶, it is 0: flushing to zero is legal.
 */
export function ulpError(got: number, exact: number, format: FloatFormat = float32): number {
  const distance = Math.abs(got - exact);
  if (distance < Infinity) {
    if (distance <= FLUSH_LIMIT && Math.abs(exact) < FLUSH_LIMIT) return 0;
    return distance / spacing(exact, format);
  }
  if (got === exact || (Number.isNaN(got) && Number.isNaN(exact))) return 0;
  const overflows =
    Math.abs(exact) >= format.overflow && Math.abs(got) === Infinity && Math.sign(got) === Math.sign(exact);
  return overflows ? 0 : Infinity;
}

/** The nearest float16, ties to even, as a float64. */
export function roundToFloat16(x: number): number {
  return round(x, float16);
}

/** The nearest bfloat16, ties to even, as a float64. */
export function roundToBfloat16(x: number): number {
  return round(x, bfloat16);
}

function round(x: number, format: FloatFormat): number {
  if (Math.abs(x) >= format.overflow) return Math.sign(x) * Infinity;
  // 1.5·2⁵² is so large that its neighbours are whole numbers: the sum is rounded to whole spacings.
  const step = spacing(x, format);
  const rounded = (x / step + 6755399441055744 - 6755399441055744) * step;
  return rounded === 0 ? 0 * x : rounded;
}

export interface Deviation {
  readonly index: number;
  readonly x: number;
  readonly expected: number;
  readonly got: number;
  readonly ulp: number;
}

/** Bins of the histogram a ULP; the first bin holds exact results, the last everything above HISTOGRAM_LIMIT. */
const BINS_PER_ULP = 4;
const HISTOGRAM_LIMIT = 8;
const FAILURES_KEPT = 8;

/** Collects the deviations of one run. What is not provably within the bound has failed, NaN included. */
export class UlpComparison {
  readonly bound: number;
  readonly format: FloatFormat;
  count = 0;
  failureCount = 0;
  /** Elements where NaN or ∞ stands against anything else. */
  mismatchCount = 0;
  /** The largest |got − expected| among finite numbers. */
  maxAbs = 0;
  worst: Deviation | undefined;
  /** The first failures in the order they were added. */
  readonly failures: Deviation[] = [];
  /** [exact, ≤ ¼, ≤ ½, … ≤ 8, above] */
  readonly histogram = new Float64Array(HISTOGRAM_LIMIT * BINS_PER_ULP + 2);

  constructor(bound = Infinity, format: FloatFormat = float32) {
    this.bound = bound;
    this.format = format;
  }

  /** The largest error so far, in ULP. */
  get maxUlp(): number {
    return this.worst?.ulp ?? 0;
  }

  /** No error was larger than the bound. */
  get passed(): boolean {
    return this.failureCount === 0;
  }

  /** Compares a result; x is for the message. */
  add(index: number, x: number, expected: number, got: number): void {
    const ulp = ulpError(got, expected, this.format);
    this.count++;
    this.histogram[ulp <= HISTOGRAM_LIMIT ? Math.ceil(ulp * BINS_PER_ULP) : this.histogram.length - 1]!++;
    const difference = Math.abs(got - expected);
    if (difference > this.maxAbs && difference < Infinity) this.maxAbs = difference;
    if (ulp === Infinity) this.mismatchCount++;
    if (!this.worst || ulp > this.worst.ulp) this.worst = { index, x, expected, got, ulp };
    if (!(ulp <= this.bound && ulp < Infinity)) {
      this.failureCount++;
      if (this.failures.length < FAILURES_KEPT) this.failures.push({ index, x, expected, got, ulp });
    }
  }

  /** Adds what another comparison of the same bound and format has collected; its structured clone will do. */
  merge(other: Omit<UlpComparison, 'add' | 'merge' | 'toString' | 'maxUlp' | 'passed'>): void {
    this.count += other.count;
    this.failureCount += other.failureCount;
    this.mismatchCount += other.mismatchCount;
    this.maxAbs = Math.max(this.maxAbs, other.maxAbs);
    for (let bin = 0; bin < this.histogram.length; bin++) this.histogram[bin]! += other.histogram[bin]!;
    if (other.worst && (!this.worst || other.worst.ulp > this.worst.ulp)) this.worst = other.worst;
    this.failures.push(...other.failures.slice(0, FAILURES_KEPT - this.failures.length));
  }

  /** The first failures and the worst element as an aligned table; empty where nothing failed. */
  toString(): string {
    if (this.passed) return '';
    const shown = this.worst && !this.failures.some(({ index }) => index === this.worst!.index) ? [this.worst] : [];
    const rows = [...this.failures, ...shown].map(({ index, x, expected, got, ulp }) => [
      String(index),
      String(x),
      String(expected),
      String(got),
      ulp === Infinity ? '∞' : ulp.toPrecision(4),
    ]);
    return [
      `${this.failureCount} of ${this.count} elements are more than ${this.bound} ULP (${this.format.name}) off:`,
      ...alignColumns([['index', 'x', 'expected', 'got', 'ULP'], ...rows]),
    ].join('\n');
  }
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
}
