import { type DataType, formats, roundTo } from './dtype.js';
import { spacing, ulpError } from './ulp.js';

/** How far a result may be from the expected value; `slack` widens it by an absolute amount. */
export interface Tolerance {
  readonly metric: 'ULP' | 'ATOL' | 'RTOL';
  readonly value: number;
  readonly slack?: number;
}

/** What `compare` found. */
export interface Comparison {
  /** |got − expected|; Infinity where NaN or ∞ stands against anything else, never NaN. */
  readonly absolute: number;
  /** The same in units in the last place of the data type, at the expected value. */
  readonly ulp: number;
  readonly passed: boolean;
}

/** Compares one result, rounded to the data type already, with what a suite expects of it. */
export function compare(got: number, expected: number, dtype: DataType, tolerance: Tolerance): Comparison {
  // What a suite prints may lie between two values of the type.
  const wanted = roundTo[dtype](expected);
  const ulp = ulpError(got, wanted, formats[dtype]);
  if (ulp === Infinity) return { absolute: Infinity, ulp, passed: false };
  if (got === wanted || Number.isNaN(got)) return { absolute: 0, ulp, passed: true };
  const absolute = Math.abs(got - wanted);
  const unit = { ULP: spacing(wanted, formats[dtype]), ATOL: 1, RTOL: Math.abs(wanted) }[tolerance.metric];
  // 0 ULP apart though different: flushed to zero, as WGSL allows.
  return { absolute, ulp, passed: ulp === 0 || absolute <= tolerance.value * unit + (tolerance.slack ?? 0) };
}
