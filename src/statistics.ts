/** Statistics of activations: what training code looks at to see units die or saturate. */
import { checkKind, checkPass, checkTensorNames, lengthOfArray, partOf } from './call.js';
import type { Definition } from './definition.js';
import { fail, failType } from './errors.js';
import { type Internals, internalsOf } from './internals.js';
import { checkInteger, checkObject, checkRunOptions, RUN_OPTIONS } from './options.js';
import { runPiece } from './piece.js';
import { exemplaryLengths, type Limits, largestPiece, planArrayPieces, type Variant } from './plan/index.js';
import {
  checkEncodedStatistics,
  checkStatisticsOptions,
  edgesOf,
  HEADER_WORDS,
  HISTOGRAM_WORD,
  planStatistics,
  recordWords,
  statisticsForm,
} from './plan/statistics.js';
import type { ElementArray } from './storage.js';
import type { Activation, GPUTensor, Options, RunOptions } from './types.js';

/** How statistics are taken, besides the activation's parameters, `channels` and `inner` (1 and 1: all of x together). */
export interface StatisticsOptions {
  /** Bins of the histogram, 1 to 2048; default 64. */
  readonly bins?: number;
  /** The histogram's range, rounded to float32; default [-8, 8]. */
  readonly range?: readonly [low: number, high: number];
  /** An element is saturated where |f′| is below this; default 0.01. */
  readonly saturationThreshold?: number;
}

/** x, or y where f′ is a function of it (as in backward); prelu's weight. */
export type StatisticsArrays =
  | { readonly x: ElementArray; readonly y?: undefined; readonly weight?: Float32Array }
  | { readonly y: ElementArray; readonly x?: undefined; readonly weight?: undefined };
/** The buffers of `encodeStatistics`. */
export type StatisticsTensors = (
  | { readonly x: GPUTensor; readonly y?: undefined; readonly weight?: GPUTensor }
  | { readonly y: GPUTensor; readonly x?: undefined; readonly weight?: undefined }
) & {
  /** Receives the statistics: `statisticsByteLength({ channels, bins })` bytes. */
  readonly statistics: GPUTensor;
  /** Elements of x or y. */
  readonly length: number;
};

/**
 * Statistics of the tensor that was given, x or y. Every array has one entry a channel: one entry for a whole tensor.
 * Minimum, maximum, mean, variance and histogram are of the finite elements, so a NaN or ∞ spoils none of them; where no
 * element is finite, the first four are NaN.
 */
export interface Statistics {
  /** Elements. */
  readonly count: Float64Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly mean: Float64Array;
  /** Of the population: the mean square distance from the mean. ∞ where that is beyond float32. */
  readonly variance: Float64Array;
  /** Elements that are 0 or −0. */
  readonly zeros: Float64Array;
  /** Elements below 0; −0 is not. */
  readonly negatives: Float64Array;
  readonly nans: Float64Array;
  /** Elements that are ∞ or −∞. */
  readonly infinities: Float64Array;
  /** The share of elements with |f′| below `saturationThreshold`; NaN for no elements. */
  readonly saturated: Float64Array;
  readonly histogram: {
    /** The bins' edges, bins + 1. A bin holds its lower edge and the last one also its upper edge, exactly. */
    readonly edges: Float64Array;
    /** Row-major [channels, bins]. */
    readonly counts: Float64Array;
    /** Finite elements on either side of the range. */
    readonly below: Float64Array;
    readonly above: Float64Array;
  };
}

/**
 * Bytes of the buffer that encodeStatistics fills. In 32-bit words: a header (channels, bins: u32; low, high: f32), then a
 * record a channel: count, NaNs, infinities, zeros, negatives, saturated (u32), minimum, maximum, mean, the mean's rest,
 * variance, the variance's rest, or, of an infinite one, the variance times 2⁻¹²⁸ (f32), elements below the range, in each bin, above it (u32). mean + rest holds about 46
 * bits; a shader may read the mean alone.
 */
export function statisticsByteLength({ channels = 1, bins = 64 }: { channels?: number; bins?: number } = {}): number {
  for (const [name, value] of Object.entries({ channels, bins })) checkInteger('statisticsByteLength', name, value);
  return (HEADER_WORDS + channels * recordWords(bins)) * 4;
}

function emptyStatistics(channels: number, bins: number, range: readonly [number, number]): Statistics {
  const array = (): Float64Array => new Float64Array(channels);
  const nothing = (): Float64Array => array().fill(NaN);
  return {
    count: array(),
    minimum: nothing(),
    maximum: nothing(),
    mean: nothing(),
    variance: nothing(),
    zeros: array(),
    negatives: array(),
    nans: array(),
    infinities: array(),
    saturated: nothing(),
    histogram: {
      edges: edgesOf(bins, range),
      counts: new Float64Array(channels * bins),
      below: array(),
      above: array(),
    },
  };
}

/** Adds the records of `words` to those of the channels from `firstChannel` on; two sets of moments as Chan, Golub & LeVeque do. */
function addRecords(into: Statistics, words: Uint32Array, firstChannel: number): void {
  const [channels, bins] = words as unknown as [number, number];
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const { counts, below, above } = into.histogram;
  for (let index = 0; index < channels; index++) {
    const start = HEADER_WORDS + index * recordWords(bins);
    const channel = firstChannel + index;
    const [count, nans, infinities, zeros, negatives, saturated] = words.subarray(start) as unknown as number[];
    const [minimum, maximum, mean, meanRest, variance, varianceRest] = floats.subarray(
      start + 6,
      start + HISTOGRAM_WORD,
    ) as unknown as number[];
    if (count === 0) continue;
    const before = into.count[channel]!;
    const finiteBefore = before - into.nans[channel]! - into.infinities[channel]!;
    const finite = count! - nans! - infinities!;
    into.saturated[channel] = ((before && into.saturated[channel]! * before) + saturated!) / (before + count!);
    into.count[channel]! += count!;
    into.nans[channel]! += nans!;
    into.infinities[channel]! += infinities!;
    into.zeros[channel]! += zeros!;
    into.negatives[channel]! += negatives!;
    below[channel]! += words[start + HISTOGRAM_WORD]!;
    above[channel]! += words[start + HISTOGRAM_WORD + 1 + bins]!;
    for (let bin = 0; bin < bins; bin++) counts[channel * bins + bin]! += words[start + HISTOGRAM_WORD + 1 + bin]!;
    if (finite === 0) continue;
    const newMean = mean! + meanRest!;
    const newVariance = variance! < Infinity ? variance! + varianceRest! : varianceRest! * 2 ** 128;
    if (finiteBefore === 0) {
      into.minimum[channel] = minimum!;
      into.maximum[channel] = maximum!;
      into.mean[channel] = newMean;
      into.variance[channel] = newVariance;
      continue;
    }
    into.minimum[channel] = Math.min(into.minimum[channel]!, minimum!);
    into.maximum[channel] = Math.max(into.maximum[channel]!, maximum!);
    const share = finite / (finiteBefore + finite);
    const distance = newMean - into.mean[channel]!;
    into.mean[channel]! += distance * share;
    into.variance[channel] =
      into.variance[channel]! * (1 - share) + newVariance * share + distance * distance * share * (1 - share);
  }
}

/** With a variance beyond float32 as ∞: a part of the elements may have one although all together have none. */
function bounded(statistics: Statistics): Statistics {
  const { variance } = statistics;
  for (const [channel, value] of variance.entries()) if (Math.fround(value) === Infinity) variance[channel] = Infinity;
  return statistics;
}

/**
 * Reads what encodeStatistics wrote, from the bytes of its buffer.
 * @throws {TypeError|RangeError} for bytes that are no statistics
 * @example const { mean } = readStatistics(staging.getMappedRange());
 */
export function readStatistics(bytes: ArrayBuffer | ArrayBufferView): Statistics {
  // by its tag, which a buffer of another frame has too
  const isBuffer = (bytes as ArrayBuffer | null)?.[Symbol.toStringTag] === 'ArrayBuffer';
  const view = isBuffer ? new Uint8Array(bytes as ArrayBuffer) : (bytes as ArrayBufferView);
  if (!ArrayBuffer.isView(view)) failType('readStatistics', 'an ArrayBuffer or a view of one', bytes);
  const copy = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  const words = new Uint32Array(copy.buffer, 0, copy.byteLength >>> 2);
  const [channels = 0, bins = 0] = words;
  if (!channels || !bins || words.length < HEADER_WORDS + channels * recordWords(bins))
    fail('readStatistics', 'the bytes that encodeStatistics filled', `${view.byteLength} other bytes`);
  const [low, high] = new Float32Array(copy.buffer, 8, 2) as unknown as [number, number];
  const statistics = emptyStatistics(channels, bins, [low, high]);
  addRecords(statistics, words, 0);
  return bounded(statistics);
}

/**
 * Records the statistics of x or y into your compute pass; `readStatistics` decodes what it leaves in the buffer `statistics`,
 * of statisticsByteLength({ channels, bins }) bytes.
 * @throws {TypeError|RangeError} `relu.statistics: expected …, got …`, before anything is recorded
 * @example encodeStatistics(gpu, pass, 'relu', { y: yBuffer, statistics, length }, { channels: 64 });
 */
export function encodeStatistics<N extends Activation>(
  gpu: object,
  pass: GPUComputePassEncoder,
  name: N,
  tensors: StatisticsTensors,
  options?: Options<N> & StatisticsOptions,
): void {
  const { dispatcher, limits, resolve } = internalsOf('statistics', gpu);
  const definition = resolve(name);
  checkPass(`${definition.name}.statistics`, pass);
  const given = tensors as unknown as Record<string, unknown>;
  const { call, ranges } = checkEncodedStatistics(definition, given, options as Record<string, unknown>, limits());
  dispatcher.encode(pass, planStatistics(call, limits()), ranges);
}

/**
 * Compiles what statistics of an activation need ahead, without blocking; optional.
 * @param options those of the calls to come, and `arena` where the statistics lie in x's buffer
 * @throws {TypeError|RangeError} `relu.statistics: expected …, got …`
 */
export async function prepareStatistics<N extends Activation>(
  gpu: object,
  name: N,
  options: Options<N> & StatisticsOptions & { readonly length?: number; readonly arena?: boolean } = {} as Options<N>,
): Promise<void> {
  const { pipelines, limits, resolve, explained } = internalsOf('statistics', gpu);
  const variants = statisticsVariants(resolve(name), options as Record<string, unknown>, limits());
  await explained(() => Promise.all(variants.map((variant) => pipelines.prepare(variant))));
}

/** What there is to compile. */
export function statisticsVariants(
  definition: Definition,
  options: Readonly<Record<string, unknown>> | undefined,
  limits: Limits,
): Variant[] {
  const where = `${definition.name}.statistics`;
  const {
    length,
    arena: isArena = false,
    ...given
  } = (options ?? {}) as Record<string, unknown> & { length?: number; arena?: boolean };
  const sources = definition.fromY ? [{ x: true }, { y: true }] : [{ x: true }];
  return sources.flatMap((source) => {
    const form = statisticsForm(definition, where, source);
    const settings = checkStatisticsOptions(definition, form, where, given);
    if (length !== undefined) checkInteger(where, 'length', length);
    const row = settings.channels * settings.inner;
    const lengths = length === undefined ? exemplaryLengths.map((most) => Math.ceil(most / row) * row) : [length];
    const plans = lengths.map((n) => planStatistics({ where, definition, form, settings, length: n, isArena }, limits));
    return plans.flatMap(({ dispatches }) => dispatches.map(({ variant }) => variant));
  });
}

/**
 * Statistics of x, or of y where f′ is a function of it, per channel: count, minimum, maximum, mean, variance, zeros,
 * negatives, NaN and ∞, the share of elements where f saturates, and a histogram. Reads the tensor once; the same bits on
 * every run.
 * @throws {TypeError|RangeError} `relu.statistics: expected …, got …`, before any GPU work
 * @example const { mean, saturated } = await statistics(gpu, 'sigmoid', { y }, { channels: 64 });
 */
export async function statistics<N extends Activation>(
  gpu: object,
  name: N,
  tensors: StatisticsArrays,
  options?: Options<N> & StatisticsOptions & RunOptions,
): Promise<Statistics> {
  const internals = internalsOf('statistics', gpu);
  const work = () => runStatistics(internals, name, tensors, options as Record<string, unknown> | undefined);
  return internals.explained(work, options?.signal);
}

async function runStatistics(
  internals: Internals,
  name: Activation,
  given: StatisticsArrays,
  options: Readonly<Record<string, unknown>> | undefined,
): Promise<Statistics> {
  const definition = internals.resolve(name);
  const where = `${definition.name}.statistics`;
  checkObject(where, 'an object of arrays', given);
  // what the caller does to its object later does not reach the pieces
  const arrays = { ...given } as unknown as Record<string, ElementArray>;
  const form = statisticsForm(definition, where, arrays);
  const input = form.inputs[0]!;
  const channelsOf = form.learned.map(([tensor]) => lengthOfArray(arrays[tensor]));
  const defaults = { channels: Math.max(1, ...channelsOf) };
  const settings = checkStatisticsOptions(definition, form, where, options, RUN_OPTIONS, defaults);
  const { signal, onProgress, timer } = checkRunOptions(where, options);
  checkTensorNames(where, arrays, form.inputs);
  const { channels, inner, bins, dtype, range } = settings;
  checkKind(where, input, arrays[input], dtype);
  const { length } = arrays[input]!;
  if (length % (channels * inner))
    fail(where, `a length that is a multiple of channels · inner = ${channels} · ${inner}`, length);
  for (const [tensor] of form.learned) {
    checkKind(where, tensor, arrays[tensor], 'f32');
    if (arrays[tensor]!.length !== channels) fail(where, `${tensor} of length ${channels}`, arrays[tensor]!.length);
  }

  const { limits } = internals.device;
  // a piece of more channels than a binding has records for is cut by channels
  const most = Math.floor((limits.maxStorageBufferBindingSize / 4 - HEADER_WORDS) / recordWords(bins));
  const largest = Math.min(largestPiece(limits), channels > most ? most * inner : Infinity);
  const found = emptyStatistics(channels, bins, range);
  let done = 0;
  for (const piece of planArrayPieces({ length, row: 1, isChanneled: true, channels, inner }, largest)) {
    signal?.throwIfAborted();
    const { start, count, firstChannel } = piece;
    const layout = { channels: piece.channels, inner: piece.inner };
    const words = new Uint32Array(statisticsByteLength({ channels: piece.channels, bins }) / 4);
    const uploads: Record<string, ElementArray> = { [input]: partOf(where, input, arrays[input]!, [start, count]) };
    for (const [tensor] of form.learned)
      uploads[tensor] = partOf(where, tensor, arrays[tensor]!, [firstChannel, piece.channels]);
    const call = { where, definition, form, settings: { ...settings, ...layout }, length: count, isArena: false };
    const plan = planStatistics(call, internals.limits());
    await runPiece(internals, where, { uploads, reads: { statistics: words }, plan, timer });
    addRecords(found, words, firstChannel);
    done += count;
    onProgress?.(done, length);
  }
  signal?.throwIfAborted();
  return bounded(found);
}
