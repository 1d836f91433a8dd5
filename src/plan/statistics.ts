/** Statistics of a tensor by channel: what a call means, how its results lie in memory, and the dispatches. */
import { checkTensorNames } from '../call.js';
import type { Definition } from '../definition.js';
import { fail, failType } from '../errors.js';
import { type Form, formOf } from '../forms.js';
import {
  checkFromY,
  checkInteger,
  checkLength,
  checkObject,
  checkOptions,
  checkScratch,
  checkThreshold,
  type Settings,
} from '../options.js';
import { bufferRange, isOverlapping, type Ranges } from '../ranges.js';
import { elementBytes, FLOAT_BYTES, storageFiles } from '../storage.js';
import * as kernel from '../wgsl/kernels.js';
import {
  bindElements,
  bindWhole,
  type Dispatch,
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
/** The Moments of shaders/kernels/moments.wgsl: a pivot, a count, a range, and two sums in two floats each. */
const MOMENTS_WORDS = 7;

const BEGIN_WORKGROUP_SIZE = 128;
const MAXIMUM_BINS = 2048;
/** Words of workgroup memory for copies of the histogram: with the sums, within the 16 KiB that every device has. */
const HISTOGRAM_WORDS = 2816;
/** By row, a copy serves some threads; by column, a thread has its own. More copies than these cost more than they save. */
const REPLICAS = { row: 16, column: 32 };
/** Where a workgroup is a loop nothing waits, and a word of workgroup memory takes SwiftShader 1 ms to compile. */
const REPLICAS_OF_CPU = { row: 1, column: 4 };

/** Copies of the histogram, a power of two. */
function replicasOf(bins: number, most: number): number {
  let replicas = most;
  while (replicas * (bins + 2) > HISTOGRAM_WORDS) replicas /= 2;
  return replicas;
}

export const STATISTICS_OPTIONS = ['bins', 'range', 'saturationThreshold'] as const;

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

/** The form of a tensor whose statistics are taken: x, or y where f′ is a function of it, with learned parameters. @throws {TypeError} */
export function statisticsForm(definition: Definition, where: string, given: Readonly<Record<string, unknown>>): Form {
  const isAlone = definition.maps === 'element' && definition.requires !== 'gate';
  if (!isAlone) throw new TypeError(`${where}: expected an activation of single elements, got ${definition.name}`);
  const { gate, up, ...alone } = given;
  const form = formOf(definition, 'backward', alone, undefined, where);
  return { ...form, inputs: form.inputs.filter((name) => name !== 'dy' && name !== 'bias') };
}

/** Checks a call's options. @throws {TypeError|RangeError} */
export function checkStatisticsOptions(
  definition: Definition,
  form: Form,
  where: string,
  options: Readonly<Record<string, unknown>> = {},
  more: readonly string[] = [],
  defaults: { channels?: number } = {},
): StatisticsSettings {
  const settings = checkOptions(
    definition,
    form,
    undefined,
    where,
    options,
    [...STATISTICS_OPTIONS, ...more],
    defaults,
  );
  const { bins = 64, range = [-8, 8], saturationThreshold = 0.01 } = options as Partial<StatisticsSettings>;
  checkInteger(where, 'bins', bins, [1, MAXIMUM_BINS]);
  if (!Array.isArray(range) || range.length !== 2 || !range.every((end) => typeof end === 'number'))
    failType(where, 'range to be [low, high]', range);
  const [low, high] = range.map(Math.fround) as [number, number];
  const scale = Math.fround(bins / (high - low));
  // the shader finds a bin by (x − low) · scale, in float32
  if (!(low < high && Math.fround(high - low) < Infinity && scale >= 2 ** -126 && scale < Infinity))
    fail(where, 'range to be [low, high] with low < high, both finite float32, their difference too', `[${range}]`);
  checkThreshold(where, 'saturationThreshold', saturationThreshold);
  if (form.fromY) checkFromY(where, settings.parameters);
  return { ...settings, bins, range: [low, high], saturationThreshold };
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

/** A checked call of statistics. */
export interface StatisticsCall {
  readonly where: string;
  readonly definition: Definition;
  readonly form: Form;
  readonly settings: StatisticsSettings;
  /** Elements of x. */
  readonly length: number;
  /** x lies in the buffer that receives the statistics. */
  readonly isArena: boolean;
}

/** A call on the caller's buffers, and where its tensors lie. @throws {TypeError|RangeError} `relu.statistics: expected …, got …` */
export function checkEncodedStatistics(
  definition: Definition,
  arguments_: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> | undefined,
  limits: Limits,
): { readonly call: StatisticsCall; readonly ranges: Ranges } {
  const where = `${definition.name}.statistics`;
  checkObject(where, 'an object of tensors and length', arguments_);
  const { length: given, ...tensors } = arguments_;
  const length = checkLength(where, given);
  const form = statisticsForm(definition, where, tensors);
  const settings = checkStatisticsOptions(definition, form, where, options);
  const names = [...form.inputs, 'statistics'];
  checkTensorNames(where, tensors, names);
  const { channels, inner, bins } = settings;
  if (length % (channels * inner))
    fail(where, `a length that is a multiple of channels · inner = ${channels} · ${inner}`, length);
  const words = statisticsWords(channels, bins);
  const ranges: Record<string, Ranges[string]> = {};
  for (const name of names) {
    const isChanneled = form.extent(name) === 'channels';
    const bytes =
      name === 'statistics' ? words * 4 : isChanneled ? channels * FLOAT_BYTES : length * elementBytes(settings);
    ranges[name] = bufferRange(where, name, tensors[name], bytes, limits.minStorageBufferOffsetAlignment);
  }
  for (const name of form.inputs)
    if (isOverlapping(ranges.statistics!, ranges[name]!))
      fail(where, `statistics not to overlap ${name}`, 'overlapping ranges of one buffer');
  const isArena = form.inputs.some((name) => ranges[name]!.buffer === ranges.statistics!.buffer);
  if (isArena)
    for (const [tensor] of form.learned)
      if (isOverlapping(ranges[tensor]!, ranges[form.inputs[0]!]!))
        fail(
          where,
          `${tensor} not to overlap ${form.inputs[0]} where statistics lies in their buffer`,
          'overlapping ranges',
        );
  return { call: { where, definition, form, settings, length, isArena }, ranges };
}

/** 32-bit words of all records. */
export const statisticsWords = (channels: number, bins: number): number => HEADER_WORDS + channels * recordWords(bins);

/** @throws {RangeError} where no binding can hold the records */
export function planStatistics(
  { where, definition, form, settings, length, isArena }: StatisticsCall,
  limits: Limits,
): Plan {
  const { channels, inner, bins } = settings;
  const words = statisticsWords(channels, bins);
  if (words * FLOAT_BYTES > limits.maxStorageBufferBindingSize)
    fail(
      where,
      `channels whose statistics fit in a binding of ${limits.maxStorageBufferBindingSize} bytes`,
      `${channels} channels of ${bins} bins, which need ${words * FLOAT_BYTES}`,
    );
  const [input] = form.inputs;
  const statistics = bindWhole('statistics', 'statistics');
  const constantBlock = { name: 'settings', source: settingsBlock(settings) };
  const learned = form.learned.map(([tensor], index) => bindWhole(`learned_${index}`, tensor));
  const most = limits.isFallback ? REPLICAS_OF_CPU : REPLICAS;
  const sums = planSums(planPieces(where, length, elementBytes(settings), limits), settings, limits, {
    bytes: elementBytes(settings),
    wide: false,
    groupsPerThread: [64, 64],
    columnWorkgroupSize: replicasOf(bins, most.column),
  });
  const dispatches: Dispatch[] = [
    {
      variant: {
        label: 'statistics begin',
        entryPoint: 'begin',
        files: [kernel.lanes1, kernel.statisticsLayout, kernel.statisticsBegin],
        constants: { workgroup_size: BEGIN_WORKGROUP_SIZE },
      },
      params: paramsBlock(undefined, {}, { count: words, channels, inner: length / channels }),
      bindings: [constantBlock, statistics],
      workgroups: planGrid(Math.ceil(words / BEGIN_WORKGROUP_SIZE), limits),
    },
  ];
  for (const { part, entryPoint, workgroupSize, workgroupCount, params } of sums.passes) {
    const replicas = replicasOf(bins, entryPoint === 'sum_by_column' ? most.column : most.row);
    const channel = learned.length ? definition.parts.channels!.bodyOf({ form, settings, isArena }, 1).files : [];
    dispatches.push({
      variant: {
        label: `${where} ${entryPoint}`,
        entryPoint,
        files: [
          kernel.lanes1,
          ...storageFiles(definition, settings.dtype, 1, { isArena }),
          ...channel,
          kernel.sum,
          kernel.moments,
          kernel.statisticsLayout,
          kernel.statistics,
          kernel.channels,
        ],
        activation: definition,
        fromY: form.fromY,
        learned: form.learned.map(([, parameter]) => parameter),
        constants: { workgroup_size: workgroupSize, replicas, histogram_words: replicas * (bins + 2) },
      },
      params: paramsBlock(definition, settings.parameters, { channels, inner, ...params }),
      bindings: [
        bindElements(settings, 'x', input!, part.start, part.count),
        ...learned,
        constantBlock,
        { name: 'partial', source: 'scratch' },
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
      files: [
        kernel.lanes1,
        kernel.sum,
        kernel.moments,
        kernel.statisticsLayout,
        kernel.reduceStatistics,
        kernel.reduce,
      ],
      constants: { workgroup_size: workgroupSize },
    },
    params: paramsBlock(undefined, {}, { channels, inner: sums.inner, slabs: sums.slabs }),
    bindings: [{ name: 'partial', source: 'scratch' }, statistics],
    workgroups,
  });
  return { dispatches, scratchByteLength };
}
