import type { Row } from '../catalogue.js';
import type { Parameters } from '../definition.js';
import { gradientOf, usualForm } from '../forms.js';
import type { ArrayCalls, Arrays } from './compute.js';
import { toJsonNumber } from './json.js';
import type { Result, Worst } from './result.js';
import { normalInputs } from './samples.js';
import { referenceOf, referenceParameters, sampleLearned } from './truth.js';

/** The contract of a sum: so many units of 2⁻²⁴ · Σ|terms| from the exact one. */
const bound = 4;

export interface SumCase {
  readonly x: Float32Array;
  readonly dy: Float32Array;
  /** x is [outer, channels, inner]. */
  readonly channels: number;
  readonly inner: number;
}

/**
 * The gradient of each parameter that may be learned, as the sum over all of x, then over many short channels: run and judged.
 */
export async function checkLearned(
  gpu: ArrayCalls,
  row: Row,
  parameters: Parameters,
  count: number,
): Promise<Result[]> {
  const results: Result[] = [];
  const rows = 256;
  const columns = Math.ceil(count / rows);
  const [x, dy] = [normalInputs(rows * columns, 1), normalInputs(rows * columns, 2)];
  const sources: Arrays = usualForm(row) === 'gate' ? { gate: x, up: new Float32Array(x.length).fill(1) } : { x };
  for (const [tensor, parameter] of Object.entries(row.learned))
    for (const layout of [
      { channels: 1, inner: 1 },
      { channels: columns, inner: 16 },
    ]) {
      const [value] = sampleLearned(row)[tensor] ?? Float32Array.of(parameters[parameter] ?? 0);
      const learned = { [tensor]: new Float32Array(layout.channels).fill(value!) };
      const options = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== parameter));
      const got = await gpu.backward(row, { ...sources, dy, ...learned }, { ...options, ...layout });
      const gradient = got[gradientOf(tensor)]!;
      results.push(
        judgeLearned(row, tensor, { x, dy, ...layout }, referenceParameters(row, options, learned), gradient),
      );
    }
  return results;
}

/**
 * Compares the gradient of a learned tensor, for each channel the sum of dy·∂y/∂parameter, with the float64 sum. The error, in
 * place of ULP, is in units of 2⁻²⁴ · Σ|terms|: a sum near 0 of large terms has no ULP to speak of.
 */
export function judgeLearned(
  row: Row,
  tensor: string,
  { x, dy, channels, inner }: SumCase,
  parameters: Parameters,
  got: Float32Array,
): Result {
  const by = referenceOf(row).by![row.learned[tensor]!]!;
  const sums = new Float64Array(channels);
  const sizes = new Float64Array(channels);
  for (let i = 0; i < x.length; i++) {
    const slope = by(x[i]!, parameters);
    // 0 by a branch, whatever dy is
    if (slope === 0) continue;
    const channel = Math.floor(i / inner) % channels;
    const term = dy[i]! * slope;
    sums[channel]! += term;
    sizes[channel]! += Math.abs(term);
  }
  let [maxError, maxAbs] = [0, 0];
  let worst: Worst | null = null;
  for (let index = 0; index < channels; index++) {
    const absolute = Math.abs(got[index]! - sums[index]!);
    const error = absolute === 0 ? 0 : absolute / (2 ** -24 * sizes[index]!);
    // Written so that NaN counts as the largest error.
    if (error <= maxError) continue;
    maxError = Number.isNaN(error) ? Infinity : error;
    maxAbs = Number.isNaN(absolute) ? Infinity : Math.max(maxAbs, absolute);
    worst = {
      tensor: gradientOf(tensor),
      index,
      x: null,
      expected: toJsonNumber(sums[index]!),
      got: toJsonNumber(got[index]!),
    };
  }
  const passed = got.length === channels && maxError <= bound;
  return {
    ...{
      suite: 'reference',
      name: `${row.name} ${gradientOf(tensor)}, ${channels} × ${x.length / channels}`,
      op: row.name,
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
