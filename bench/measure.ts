/** Interleaved timing: A B C A B C …, so that whatever slows the machine slows every subject alike. */
import type { Span } from './clock.js';

export interface Timed {
  readonly name: string;
  /** Runs `count` times and waits for the end. */
  span(count: number): Promise<Span>;
}

export interface Samples {
  readonly name: string;
  /** Runs in each span. */
  readonly repeats: number;
  /** Nanoseconds of one run, round by round. */
  readonly spans: readonly Span[];
}

export interface MeasureOptions {
  readonly rounds: number;
  /** A span has as many runs as take this long: the clock's step and the queue's latency must not matter. */
  readonly spanNanoseconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** Spans of a single run, for rough comparisons. */
export const SINGLE_SPAN = 1e6;
const MAXIMUM_REPEATS = 400;

/** Runs every subject once, to warm it up and to see how long it takes, then measures all of them in turn, round by round. */
export async function interleave(subjects: readonly Timed[], options: MeasureOptions): Promise<Samples[]> {
  const repeats: number[] = [];
  for (const subject of subjects) {
    const { wall } = await subject.span(1);
    repeats.push(Math.min(Math.max(Math.ceil(options.spanNanoseconds / wall), 1), MAXIMUM_REPEATS));
  }
  const spans = subjects.map((): Span[] => []);
  for (let round = 0; round < options.rounds; round++)
    for (const [index, subject] of subjects.entries()) {
      options.signal?.throwIfAborted();
      const count = repeats[index]!;
      const { wall, gpu } = await subject.span(count);
      spans[index]!.push({ wall: wall / count, ...(gpu !== undefined && { gpu: gpu / count }) });
    }
  return subjects.map(({ name }, index) => ({ name, repeats: repeats[index]!, spans: spans[index]! }));
}

export interface Quantiles {
  readonly p20: number;
  readonly p50: number;
  readonly p80: number;
}

export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (fraction: number): number => {
    const position = fraction * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
    return low + (high - low) * (position - Math.floor(position));
  };
  return { p20: at(0.2), p50: at(0.5), p80: at(0.8) };
}

export const medianOf = (values: readonly number[]): number => quantilesOf(values).p50;

/** Quantiles of a[round] / b[round]: what the machine did in a round happened to both. */
export const ratioOf = (a: readonly number[], b: readonly number[]): Quantiles =>
  quantilesOf(a.map((value, round) => value / b[round]!));

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
