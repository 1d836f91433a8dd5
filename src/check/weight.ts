import type { ArrayCalls } from './compute.js';
import { toJsonNumber } from './json.js';
import type { Result, Worst } from './result.js';

/** The contract of a sum: so many units of 2⁻²⁴ · Σ|terms| from the exact one. */
const bound = 4;

export interface WeightCase {
  readonly x: Float32Array;
  readonly dy: Float32Array;
  /** x is [outer, channels, inner]. */
  readonly channels: number;
  readonly inner: number;
}

/** Runs prelu's backward and judges the gradient of its weight; see `judgeWeightGradient`. */
export async function checkWeightGradient(gpu: ArrayCalls, given: WeightCase): Promise<Result> {
  const { x, dy, channels, inner } = given;
  const weight = new Float32Array(channels).fill(0.25);
  const { dWeight } = await gpu.backward('prelu', { x, dy, weight }, { channels, inner });
  return judgeWeightGradient(given, dWeight!);
}

/**
 * Compares dWeight, for each channel the sum of dy·x over its x < 0, with the float64 sum. The error, in place of ULP, is in
 * units of 2⁻²⁴ · Σ|terms|: a sum near 0 of large terms has no ULP to speak of.
 */
export function judgeWeightGradient({ x, dy, channels, inner }: WeightCase, dWeight: Float32Array): Result {
  const sums = new Float64Array(channels);
  const sizes = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) {
    if (!(x[i]! < 0)) continue;
    const channel = Math.floor(i / inner) % channels;
    const term = dy[i]! * x[i]!;
    sums[channel] = sums[channel]! + term;
    sizes[channel] = sizes[channel]! + Math.abs(term);
  }
  let [maxError, maxAbs] = [0, 0];
  let worst: Worst | null = null;
  for (let index = 0; index < channels; index++) {
    const absolute = Math.abs(dWeight[index]! - sums[index]!);
    const error = absolute === 0 ? 0 : absolute / (2 ** -24 * sizes[index]!);
    // Written so that NaN counts as the largest error.
    if (error <= maxError) continue;
    maxError = Number.isNaN(error) ? Infinity : error;
    maxAbs = Number.isNaN(absolute) ? Infinity : Math.max(maxAbs, absolute);
    worst = {
      tensor: 'dWeight',
      index,
      x: null,
      expected: toJsonNumber(sums[index]!),
      got: toJsonNumber(dWeight[index]!),
    };
  }
  const passed = dWeight.length === channels && maxError <= bound;
  return {
    ...{
      suite: 'reference',
      name: `prelu dWeight, ${channels} × ${x.length / channels}`,
      op: 'prelu',
      direction: 'backward',
    },
    status: passed ? 'passed' : 'failed',
    ...(!passed && { reason: `${maxError} · 2⁻²⁴ · Σ|terms|, bound ${bound}` }),
    values: channels,
    maxUlp: toJsonNumber(maxError),
    maxAbs: toJsonNumber(maxAbs),
    bound,
    worst,
  };
}
