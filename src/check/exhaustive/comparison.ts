/** Compares results with the truth, block by block: the inner loop of the exhaustive check. */
import { toJsonNumber } from '../json.js';
import type { Truth } from '../truth.js';
import { FLUSH_LIMIT, spacing, ulpError } from '../ulp.js';
import { BLOCK_LENGTH, BlockTruth } from './blocks.js';
import { BINS_PER_ULP, HISTOGRAM_LENGTH, HISTOGRAM_LIMIT, type Tally, type WorstInput } from './tally.js';

/** Exact results in [2⁻¹⁵⁰, 2⁻¹²⁶] in size round to a subnormal number, which WGSL may flush to zero. */
const SMALLEST_ROUNDED = 2 ** -150;

/** 1/spacing by the exponent field of a float64; NaN where results may be flushed, which the fast path leaves alone. */
const steps = Float64Array.from({ length: 2048 }, (_, field) => {
  const exponent = field - 1023;
  return exponent < -126 || exponent > 127 ? NaN : 1 / spacing(2 ** exponent);
});

export class RangeComparison {
  readonly #truth: BlockTruth;
  /** The upper halves of the exact results; every platform with WebGPU is little-endian. */
  readonly #halves: Uint32Array;

  /** @param allowance an error of this size at x counts as none: beside roots */
  constructor(
    truth: Truth,
    points: readonly number[],
    private readonly bound: number,
    private readonly allowance: (x: number) => number = () => 0,
  ) {
    this.#truth = new BlockTruth(truth, points);
    this.#halves = new Uint32Array(this.#truth.exact.buffer);
  }

  /** @param first the bit pattern of the first input; the others count up from it */
  compare(first: number, got: Float32Array): Tally {
    const histogram = new Float64Array(HISTOGRAM_LENGTH);
    const counts = { failures: 0, mismatches: 0, flushed: 0, maxAbs: 0 };
    const { exact } = this.#truth;
    let worst: WorstInput | null = null;
    let maxUlp = 0;
    for (let start = 0; start < got.length; ) {
      const block = Math.floor((first + start) / BLOCK_LENGTH);
      const from = first + start - block * BLOCK_LENGTH;
      const length = Math.min(BLOCK_LENGTH - from, got.length - start);
      const results = got.subarray(start, start + length);
      const form = this.#truth.formOf(block);
      if (form === 'constant' && isConstant(results, this.#truth.constant)) histogram[0]! += length;
      else {
        this.#truth.fill(block, form);
        const index = this.#compareBlock(first + start, results, from, maxUlp, histogram, counts);
        if (index >= 0) {
          worst = describeWorst(first + start + index, exact[from + index]!, results[index]!);
          maxUlp = ulpError(results[index]!, exact[from + index]!);
        }
      }
      start += length;
    }
    return { values: got.length, ...counts, histogram: [...histogram], worst };
  }

  /** @returns the index of an error above `limit`, the first of the largest; −1 where there is none */
  #compareBlock(
    first: number,
    results: Float32Array,
    from: number,
    limit: number,
    histogram: Float64Array,
    counts: { failures: number; mismatches: number; flushed: number; maxAbs: number },
  ): number {
    const { exact } = this.#truth;
    const halves = this.#halves;
    const { bound, allowance } = this;
    const { length } = results;
    let largest = limit;
    let worst = -1;
    let failures = 0;
    let { maxAbs } = counts;
    for (let i = 0; i < length; i++) {
      const expected = exact[from + i]!;
      const got = results[i]!;
      const distance = Math.abs(got - expected);
      if (distance > maxAbs && distance < Infinity) maxAbs = distance;
      let ulp = distance * steps[(halves[2 * (from + i) + 1]! >>> 20) & 0x7ff]!;
      // NaN, ∞, what may be flushed and what is far off; NaN compares false
      if (!(ulp <= HISTOGRAM_LIMIT)) {
        ulp = ulpError(got, expected);
        if (ulp === Infinity) counts.mismatches++;
        const size = Math.abs(expected);
        if (got === 0 && size > SMALLEST_ROUNDED && size < FLUSH_LIMIT) counts.flushed++;
      }
      if ((ulp > largest || !(ulp <= bound)) && distance <= allowance(numberOf(first + i))) ulp = 0;
      if (ulp <= HISTOGRAM_LIMIT) histogram[Math.ceil(ulp * BINS_PER_ULP)]!++;
      else histogram[HISTOGRAM_LENGTH - 1]!++;
      if (ulp > largest) {
        largest = ulp;
        worst = i;
      }
      if (!(ulp <= bound)) failures++;
    }
    counts.failures += failures;
    counts.maxAbs = maxAbs;
    return worst;
  }
}

/** Whether every result is the constant: NaN for NaN, and zeros of either sign for zero. */
function isConstant(results: Float32Array, constant: number): boolean {
  if (Number.isNaN(constant)) {
    for (let i = 0; i < results.length; i++) if (!Number.isNaN(results[i]!)) return false;
  } else for (let i = 0; i < results.length; i++) if (results[i]! !== constant) return false;
  return true;
}

const xBits = new Uint32Array(1);
const x = new Float32Array(xBits.buffer);

function numberOf(bits: number): number {
  xBits[0] = bits;
  return x[0]!;
}

function describeWorst(bits: number, expected: number, got: number): WorstInput {
  return {
    ulp: toJsonNumber(ulpError(got, expected)),
    x: toJsonNumber(numberOf(bits)),
    xBits: bits,
    expected: toJsonNumber(expected),
    got: toJsonNumber(got),
  };
}
