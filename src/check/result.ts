import { type JsonNumber, toJsonNumber } from './json.js';
import type { UlpComparison } from './ulp.js';

/** The largest error of a comparison, and where. */
export interface Worst {
  readonly tensor: string;
  readonly index: number;
  /** The input at that position; null where the output has another shape (a weight's gradient). */
  readonly x: JsonNumber | null;
  readonly expected: JsonNumber;
  readonly got: JsonNumber;
}

/** One line of a report: a vector, or one pass of an activation over the sample. */
export interface Result {
  readonly suite: string;
  readonly name: string;
  readonly op: string;
  readonly direction: 'forward' | 'backward';
  readonly status: 'passed' | 'failed' | 'unsupported';
  readonly reason?: string;
  /** How many values were compared. */
  readonly values: number;
  readonly maxUlp: JsonNumber;
  readonly maxAbs: JsonNumber;
  /** The largest error allowed, in ULP; only where the tolerance is this library's own. */
  readonly bound?: number;
  readonly worst: Worst | null;
}

/** Counts of several results. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly unsupported: number;
  readonly values: number;
}

/** Counts what passed, failed and could not be tried. */
export function summarize(results: readonly Result[]): Summary {
  const count = (status: Result['status']) => results.filter((result) => result.status === status).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    unsupported: count('unsupported'),
    values: results.reduce((sum, result) => sum + result.values, 0),
  };
}

/** The judgement of a comparison with the reference. One that compared nothing has not passed. */
export function resultOf(
  tensor: string,
  { count, passed, bound, maxUlp, maxAbs, mismatchCount, worst }: UlpComparison,
): Pick<Result, 'status' | 'reason' | 'values' | 'maxUlp' | 'maxAbs' | 'bound' | 'worst'> {
  const isGood = passed && count > 0;
  const numbers = worst && {
    x: toJsonNumber(worst.x),
    expected: toJsonNumber(worst.expected),
    got: toJsonNumber(worst.got),
  };
  return {
    status: isGood ? 'passed' : 'failed',
    ...(!isGood && { reason: count ? `${Number(maxUlp.toPrecision(4))} ULP, bound ${bound}` : 'nothing was compared' }),
    values: count,
    maxUlp: toJsonNumber(maxUlp),
    maxAbs: mismatchCount ? 'Infinity' : maxAbs,
    bound,
    worst: worst && numbers ? { tensor, index: worst.index, ...numbers } : null,
  };
}
