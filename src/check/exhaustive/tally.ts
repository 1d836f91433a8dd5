/** What a pass over many inputs adds up to; plain JSON, so that it may cross threads, pages and files. */
import { fromJsonNumber, type JsonNumber } from '../json.js';

export interface WorstInput {
  readonly ulp: JsonNumber;
  readonly x: JsonNumber;
  /** The bit pattern of x, for the NaNs and for exactness. */
  readonly xBits: number;
  readonly expected: JsonNumber;
  readonly got: JsonNumber;
}

export interface Tally {
  /** Inputs compared. */
  readonly values: number;
  /** Inputs off by more than the bound. */
  readonly failures: number;
  /** Inputs where NaN or ∞ stands against anything else. */
  readonly mismatches: number;
  /** The largest |got − expected| among finite numbers. */
  readonly maxAbs: number;
  /** Results flushed to zero, legally: the exact one is a subnormal number. */
  readonly flushed: number;
  /** [exact, ≤ ¼ ULP, ≤ ½, … ≤ 8, above] */
  readonly histogram: readonly number[];
  /** The first of the largest errors, in the order of the bit patterns. */
  readonly worst: WorstInput | null;
}

export const BINS_PER_ULP = 4;
export const HISTOGRAM_LIMIT = 8;
export const HISTOGRAM_LENGTH = HISTOGRAM_LIMIT * BINS_PER_ULP + 2;

export const emptyTally: Tally = {
  values: 0,
  failures: 0,
  mismatches: 0,
  maxAbs: 0,
  flushed: 0,
  histogram: new Array<number>(HISTOGRAM_LENGTH).fill(0),
  worst: null,
};

/** Both together; the order does not matter. */
export function mergeTallies(one: Tally, other: Tally): Tally {
  return {
    values: one.values + other.values,
    failures: one.failures + other.failures,
    mismatches: one.mismatches + other.mismatches,
    maxAbs: Math.max(one.maxAbs, other.maxAbs),
    flushed: one.flushed + other.flushed,
    histogram: one.histogram.map((count, bin) => count + other.histogram[bin]!),
    worst: worseOf(one.worst, other.worst),
  };
}

export function maxUlpOf({ worst }: Tally): JsonNumber {
  return worst?.ulp ?? 0;
}

function worseOf(one: WorstInput | null, other: WorstInput | null): WorstInput | null {
  if (!one || !other) return one ?? other;
  const difference = fromJsonNumber(one.ulp) - fromJsonNumber(other.ulp);
  // ∞ − ∞ is NaN: equally bad
  if (difference > 0) return one;
  if (difference < 0) return other;
  return one.xBits <= other.xBits ? one : other;
}
