/** Statistics of a tensor by channel: what a call means, how its results lie in memory, and the dispatches. */
import {
  type BufferRange,
  bufferRange,
  checkFromY,
  checkLength,
  checkScratch,
  checkTensorNames,
  checkThreshold,
  fail,
  ONE_USE,
  planSettings,
  type Settings,
} from '../arguments.js';
import type { Definition } from '../catalogue.js';
import { describe } from '../errors.js';
import { FLOAT_BYTES, storages } from '../storage.js';
import { planChannel } from './body.js';
import {
  bindElements,
  type Dispatch,
  elementBytes,
  type Limits,
  type Plan,
  paramsBlock,
  planGrid,
  planPieces,
} from './grid.js';
import { planReduction, planSums } from './sums.js';

/** The words of shaders/kernels/statistics_layout.wgsl. */
export const HEADER_WORDS = 4;
export const HISTOGRAM_WORD = 12;
/** A pivot, a count, and two sums in two floats each. */
const MOMENTS_WORDS = 6;

const BEGIN_WORKGROUP_SIZE = 128;
const MAXIMUM_BINS = 2048;
/** Words of workgroup memory for copies of the histogram: with the sums, within the 16 KiB that every device has. */
const HISTOGRAM_WORDS = 2816;
/** By row, a copy serves some threads; by column, a thread has its own. More copies than these cost more than they save. */
const ROW_REPLICAS = 16;
const COLUMN_REPLICAS = 32;

/** Copies of the histogram, a power of two. */
function replicasOf(bins: number, most: number): number {
  let replicas = most;
  while (replicas * (bins + 2) > HISTOGRAM_WORDS) replicas /= 2;
  return replicas;
}

export interface StatisticsSettings extends Settings {
  readonly bins: number;
  readonly range: readonly [low: number, high: number];
  readonly saturationThreshold: number;
}

/** Words of a channel's record. */
export const recordWords = (bins: number): number => HISTOGRAM_WORD + bins + 2;

/** The bins' edges: `bins + 1` numbers, as NumPy's linspace. */
export function edgesOf(bins: number, [low, high]: readonly [number, number]): Float64Array {
  const width = (high - low) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, index) => low + index * width);
  edges[bins] = high;
  return edges;
}

/** Checks a call's options. @throws {TypeError|RangeError} */
export function planStatisticsSettings(
  definition: Definition,
  where: string,
  options: Readonly<Record<string, unknown>> = {},
  more: readonly string[] = [],
  defaults: { channels?: number } = {},
): StatisticsSettings {
  if (definition.family !== 'elementwise' && definition.family !== 'channelwise')
    throw new TypeError(`${where}: expected an elementwise activation, got a ${definition.family} one`);
  const settings = planSettings(
    definition,
    where,
    options,
    ['bins', 'range', 'saturationThreshold', ...more],
    defaults,
  );
  const { bins = 64, range = [-8, 8], saturationThreshold = 0.01 } = options as Partial<StatisticsSettings>;
  if (!Number.isInteger(bins) || bins < 1 || bins > MAXIMUM_BINS)
    fail(where, `bins to be an integer from 1 to ${MAXIMUM_BINS}`, bins);
  if (!Array.isArray(range) || range.length !== 2 || !range.every((end) => typeof end === 'number'))
    throw new TypeError(`${where}: expected range to be [low, high], got ${describe(range)}`);
  const [low, high] = range.map(Math.fround) as [number, number];
  const scale = Math.fround(bins / (high - low));
  // the shader finds a bin by (x − low) · scale, in float32
  if (!(low < high && Math.fround(high - low) < Infinity && scale >= 2 ** -126 && scale < Infinity))
    fail(where, 'range to be [low, high] with low < high, both finite float32, their difference too', `[${range}]`);
  checkThreshold(where, 'saturationThreshold', saturationThreshold);
  return { ...settings, bins, range: [low, high], saturationThreshold };
}

/** The tensors a call reads: x, or y where f′ is a function of it, and prelu's weight. */
export function statisticsInputs(
  { name, family, fromY }: Definition,
  given: Readonly<Record<string, unknown>>,
  where = `${name}.statistics`,
): string[] {
  const has = (tensor: string): boolean => given[tensor] !== undefined && given[tensor] !== null;
  if (has('x') && has('y')) throw new TypeError(`${where}: expected x or y, got both`);
  if (has('y') && !fromY) throw new TypeError(`${where}: expected x, got y; its derivative is no function of y`);
  return [has('y') ? 'y' : 'x', ...(family === 'channelwise' ? ['weight'] : [])];
}

/** The order of float32 numbers as an integer: shaders/math/order.wgsl. */
function orderOf(value: number): number {
  const bits = new Int32Array(new Float32Array([value]).buffer)[0]!;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** The order of the least float32 that is not below `value`. */
function orderFrom(value: number): number {
  const order = orderOf(value);
  return Math.fround(value) < value ? order + 1 : order;
}

/** The struct Settings of shaders/kernels/statistics_layout.wgsl. */
function settingsBlock({ bins, range: [low, high], saturationThreshold }: StatisticsSettings): ArrayBuffer {
  const edges = edgesOf(bins, [low, high]);
  const block = new ArrayBuffer((6 + edges.length) * 4);
  new Float32Array(block).set([low, high, bins / (high - low), saturationThreshold]);
  const zeroBin = 0 < low ? 0 : 0 > high ? bins + 1 : Math.min(bins, 1 + edges.findLastIndex((edge) => edge <= 0));
  new Uint32Array(block).set([bins, zeroBin], 4);
  new Int32Array(block, 24).set(edges.map(orderFrom));
  return block;
}

/**
 * Plans the statistics of a tensor in the caller's buffers.
 * @throws {TypeError|RangeError} `relu.statistics: expected …, got …`
 */
export function planStatistics(
  definition: Definition,
  arguments_: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> | undefined,
  limits: Limits,
): Plan {
  const where = `${definition.name}.statistics`;
  if (typeof arguments_ !== 'object' || arguments_ === null)
    throw new TypeError(`${where}: expected an object of tensors and length, got ${describe(arguments_)}`);
  const { length, ...given } = arguments_;
  const n = checkLength(where, length);
  const settings = planStatisticsSettings(definition, where, options);
  const inputs = statisticsInputs(definition, given, where);
  const input = inputs[0]!;
  if (input === 'y') checkFromY(where, settings.parameters);
  checkTensorNames(where, given, [...inputs, 'statistics']);
  const { channels, inner, bins } = settings;
  if (n % (channels * inner))
    fail(where, `a length that is a multiple of channels · inner = ${channels} · ${inner}`, n);
  const words = HEADER_WORDS + channels * recordWords(bins);
  const lengths: Record<string, number> = { [input]: n, weight: channels, statistics: words };
  const named: Record<string, BufferRange> = {};
  for (const name of [...inputs, 'statistics'])
    named[name] = bufferRange(
      where,
      name,
      given[name],
      lengths[name]! * (name === input ? elementBytes(settings) : FLOAT_BYTES),
      limits.minStorageBufferOffsetAlignment,
    );
  for (const name of inputs)
    if (named.statistics!.buffer === named[name]!.buffer)
      fail(where, `statistics in another buffer than ${name}: ${ONE_USE}`, 'two ranges of one buffer');
  if (words * FLOAT_BYTES > limits.maxStorageBufferBindingSize)
    fail(
      where,
      `channels whose statistics fit in a binding of ${limits.maxStorageBufferBindingSize} bytes`,
      `${channels} channels of ${bins} bins, which need ${words * FLOAT_BYTES}`,
    );

  const ranges = { x: named[input]! };
  const statistics = { name: 'statistics', range: named.statistics! };
  const constantBlock = { name: 'settings', range: settingsBlock(settings) };
  const weight = named.weight ? [{ name: 'weight', range: named.weight }] : [];
  const sums = planSums(planPieces(where, n, elementBytes(settings), limits), settings, limits, {
    bytes: elementBytes(settings),
    wide: false,
    groupsPerThread: [64, 64],
    columnWorkgroupSize: replicasOf(bins, COLUMN_REPLICAS),
  });
  const dispatches: Dispatch[] = [
    {
      variant: {
        label: 'statistics begin',
        entryPoint: 'begin',
        files: ['lanes_1', 'statistics_layout', 'statistics_begin'],
        constants: { workgroup_size: BEGIN_WORKGROUP_SIZE },
      },
      params: paramsBlock({}, { count: words, channels, width: recordWords(bins), half: n / channels }),
      bindings: [constantBlock, statistics],
      workgroups: planGrid(Math.ceil(words / BEGIN_WORKGROUP_SIZE), limits),
    },
  ];
  for (const { part, entryPoint, workgroupSize, workgroupCount, params } of sums.passes) {
    const replicas = replicasOf(bins, entryPoint === 'sum_by_column' ? COLUMN_REPLICAS : ROW_REPLICAS);
    const channel = weight.length ? planChannel(settings, 1).layout : undefined;
    dispatches.push({
      variant: {
        label: `${where} ${entryPoint}`,
        entryPoint,
        files: [
          'lanes_1',
          ...storages[settings.dtype].files(1),
          ...(channel ? [`channel_${channel}`] : []),
          'sum',
          'moments',
          'statistics_layout',
          'statistics',
          'channels',
        ],
        activation: definition,
        fromY: input === 'y',
        constants: { workgroup_size: workgroupSize, replicas, histogram_words: replicas * (bins + 2) },
      },
      params: paramsBlock(settings.parameters, { channels, inner, ...params }),
      bindings: [
        bindElements({ ranges, settings }, 'x', part.start, part.count),
        ...weight,
        constantBlock,
        { name: 'partial', range: 'scratch' },
        statistics,
      ],
      workgroups: planGrid(workgroupCount, limits),
    });
  }
  const scratchByteLength = Math.max(16, sums.slabs * MOMENTS_WORDS * channels * sums.inner * FLOAT_BYTES);
  checkScratch(where, scratchByteLength, channels, limits.maxStorageBufferBindingSize);
  const { entryPoint, workgroupSize, workgroups } = planReduction(sums, channels, limits);
  dispatches.push({
    variant: {
      label: `statistics ${entryPoint}`,
      entryPoint,
      files: ['lanes_1', 'sum', 'moments', 'statistics_layout', 'reduce_statistics', 'reduce'],
      constants: { workgroup_size: workgroupSize },
    },
    params: paramsBlock({}, { channels, inner: sums.inner, slabs: sums.slabs, width: recordWords(bins) }),
    bindings: [{ name: 'partial', range: 'scratch' }, statistics],
    workgroups,
  });
  return { dispatches, scratchByteLength };
}
