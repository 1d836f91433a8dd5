/** Statistics of activations: what training code looks at to see units die or saturate. */
import { type ArrayCall, checkKind, checkTensorNames, fail } from './arguments.js';
import { type BufferKind, readBuffer, writeArray } from './buffers.js';
import { resolveActivation } from './catalogue.js';
import { describe } from './errors.js';
import { internalsOf } from './internals.js';
import { type ArrayPiece, planArrayPieces } from './plan/index.js';
import {
  checkSavedY,
  edgesOf,
  HEADER_WORDS,
  HISTOGRAM_WORD,
  planStatistics,
  planStatisticsSettings,
  recordWords,
  type StatisticsSettings,
  statisticsInputs,
} from './plan/statistics.js';
import { scoped } from './scope.js';
import { type ElementArray, wholeWords } from './storage.js';
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
  /** NaN where the sum overflows float32. */
  readonly mean: Float64Array;
  /** Of the population: the mean square distance from the mean. ∞ where the sum of squares overflows float32. */
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
 * variance, the variance's rest (f32), elements below the range, in each bin, above it (u32). mean + rest holds about 46
 * bits; a shader may read the mean alone.
 */
export function statisticsByteLength({ channels = 1, bins = 64 }: { channels?: number; bins?: number } = {}): number {
  for (const [name, value] of Object.entries({ channels, bins }))
    if (!Number.isInteger(value) || value < 1) fail('statisticsByteLength', `${name} to be a positive integer`, value);
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
    const [newMean, newVariance] = [mean! + meanRest!, variance! + varianceRest!];
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

/**
 * Reads what encodeStatistics wrote, from the bytes of its buffer.
 * @throws {TypeError|RangeError} for bytes that are no statistics
 * @example const { mean } = readStatistics(staging.getMappedRange());
 */
export function readStatistics(bytes: ArrayBuffer | ArrayBufferView): Statistics {
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  if (!ArrayBuffer.isView(view))
    throw new TypeError(`readStatistics: expected an ArrayBuffer or a view of one, got ${describe(bytes)}`);
  const copy = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  const words = new Uint32Array(copy.buffer, 0, copy.byteLength >>> 2);
  const [channels = 0, bins = 0] = words;
  if (!channels || !bins || words.length < HEADER_WORDS + channels * recordWords(bins))
    fail('readStatistics', 'the bytes that encodeStatistics filled', `${view.byteLength} other bytes`);
  const [low, high] = new Float32Array(copy.buffer, 8, 2) as unknown as [number, number];
  const statistics = emptyStatistics(channels, bins, [low, high]);
  addRecords(statistics, words, 0);
  return statistics;
}

/** Activations.encodeStatistics. */
export function encodeStatistics(
  gpu: object,
  pass: GPUComputePassEncoder,
  name: Activation,
  tensors: object,
  options: object | undefined,
): void {
  const { dispatcher, device } = internalsOf('statistics', gpu);
  const definition = resolveActivation(name);
  if (typeof pass?.dispatchWorkgroups !== 'function')
    throw new TypeError(
      `${definition.name}.statistics: expected pass to be a GPUComputePassEncoder, got ${describe(pass)}`,
    );
  const given = tensors as Record<string, unknown>;
  dispatcher.encode(pass, planStatistics(definition, given, options as Record<string, unknown>, device.limits));
}

/** Elements of one piece of an array call. */
const PIECE_ELEMENTS = 2 ** 23;

/** Activations.statistics. */
export async function runStatistics<N extends Activation>(
  gpu: object,
  name: N,
  given: StatisticsArrays,
  options: (Options<N> & StatisticsOptions & RunOptions) | undefined,
): Promise<Statistics> {
  const { device } = internalsOf('statistics', gpu);
  const definition = resolveActivation(name);
  const where = `${definition.name}.statistics`;
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`${where}: expected an object of arrays, got ${describe(given)}`);
  const arrays = given as unknown as Record<string, ElementArray>;
  const inputs = statisticsInputs(definition, arrays, where);
  const input = inputs[0]!;
  const weightLength = arrays.weight instanceof Float32Array ? arrays.weight.length : 0;
  const settings = planStatisticsSettings(definition, where, options as Record<string, unknown>, {
    channels: weightLength || 1,
  });
  checkSavedY(where, input, settings);
  checkTensorNames(where, arrays, inputs);
  const { channels, inner, bins, dtype } = settings;
  const kind = checkKind(where, input, arrays[input], dtype);
  if (inputs.includes('weight')) checkKind(where, 'weight', arrays.weight, 'f32');
  const { length } = arrays[input]!;
  if (length % (channels * inner))
    fail(where, `a length that is a multiple of channels · inner = ${channels} · ${inner}`, length);
  if (arrays.weight && weightLength !== channels) fail(where, `weight of length ${channels}`, weightLength);

  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  // a piece of more channels than a binding has records for is cut by channels
  const most = Math.floor((maxStorageBufferBindingSize / 4 - HEADER_WORDS) / recordWords(bins));
  const largest = Math.min(
    PIECE_ELEMENTS,
    Math.floor(maxBufferSize / 512) * 64,
    channels > most ? most * inner : Infinity,
  );
  const call: ArrayCall = {
    definition,
    direction: 'forward',
    tensors: {
      inputs: [input, 'records'],
      outputs: [],
      inPlace: [],
      extent: (tensor) => (tensor === input ? 'elements' : 'channels'),
    },
    arrays,
    kind,
    options: undefined,
    settings,
    length,
  };
  const statistics = emptyStatistics(channels, bins, settings.range);
  let done = 0;
  for (const piece of planArrayPieces(call, largest)) {
    settings.signal?.throwIfAborted();
    addRecords(statistics, await runPiece(gpu, call, settings, piece), piece.firstChannel);
    done += piece.count;
    settings.onProgress?.(done, length);
  }
  settings.signal?.throwIfAborted();
  return statistics;
}

/** The statistics buffer of one piece. */
async function runPiece(
  gpu: object,
  { definition, arrays, tensors }: ArrayCall,
  { parameters, bins, range, saturationThreshold, dtype }: StatisticsSettings,
  { start, count, firstChannel, channels, inner }: ArrayPiece,
): Promise<Uint32Array> {
  const { device, pipelines, dispatcher, pool, unusable } = internalsOf('statistics', gpu);
  const label = `${definition.name}.statistics`;
  const byteLength = statisticsByteLength({ channels, bins });
  const held: [BufferKind, GPUBuffer][] = [];
  const acquire = (kind: BufferKind, size: number): GPUBuffer => {
    const buffer = pool.acquire(kind, size);
    held.push([kind, buffer]);
    return buffer;
  };
  const input = tensors.inputs[0]!;
  const spans: Record<string, [number, number]> = { [input]: [start, count] };
  if (arrays.weight) spans.weight = [firstChannel, channels];
  try {
    const buffers: Record<string, GPUBuffer> = {};
    const plan = await scoped(device, label, () => {
      buffers.statistics = acquire('storage', byteLength);
      for (const name in spans) {
        const [first, elementCount] = spans[name]!;
        const array = arrays[name]!;
        buffers[name] = acquire('storage', wholeWords(elementCount * array.BYTES_PER_ELEMENT));
        writeArray(device, buffers[name], array, first, elementCount);
      }
      const options = { ...parameters, channels, inner, bins, range, saturationThreshold, dtype };
      return planStatistics(definition, { ...buffers, length: count }, options, device.limits);
    });
    await Promise.all(plan.dispatches.map(({ variant }) => pipelines.prepare(variant)));
    const staging = await scoped(device, label, () => {
      const encoder = device.createCommandEncoder({ label });
      const pass = encoder.beginComputePass({ label });
      dispatcher.encode(pass, plan);
      pass.end();
      const copy = acquire('staging', byteLength);
      encoder.copyBufferToBuffer(buffers.statistics!, 0, copy, 0, byteLength);
      device.queue.submit([encoder.finish()]);
      return copy;
    });
    const words = new Uint32Array(byteLength / 4);
    await readBuffer(staging, words);
    return words;
  } catch (error) {
    throw unusable() ?? error;
  } finally {
    for (const [kind, buffer] of held)
      if (unusable()) buffer.destroy();
      else pool.release(kind, buffer);
  }
}
