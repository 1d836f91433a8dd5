/**
 * From a call to what the GPU will do: the kernels' variants, grids, bindings and parameter blocks. Pure: it reads no
 * GPU state beyond the buffers' sizes and usages, so that every argument error is thrown before any GPU work.
 */
import {
  type BufferRange,
  bufferRange,
  checkLayout,
  checkTensorNames,
  type Direction,
  fail,
  isFromY,
  isOverlapping,
  isSameStart,
  planSettings,
  type Settings,
  tensorNames,
} from './arguments.js';
import type { Definition, Parameters } from './catalogue.js';
import { describe } from './errors.js';

/** How a weight's values lie under the lanes of a group: `shaders/kernels/weight_*.wgsl`. */
export type WeightLayout = 'single' | 'shared' | 'vector' | 'gather';

/** Everything that decides a pipeline's text and constants. */
export interface Variant {
  readonly definition: Definition;
  readonly kernel: 'elementwise' | 'channelwise' | 'reduce';
  readonly entryPoint: string;
  readonly lanes: 1 | 4;
  readonly inPlace: boolean;
  readonly fromY: boolean;
  readonly weight: WeightLayout | undefined;
  readonly constants: Readonly<Record<string, number>>;
}

/** What a WGSL variable is bound to: a range of the caller's, or the library's scratch memory. */
export interface Binding {
  readonly name: string;
  readonly range: BufferRange | 'scratch';
}

export interface Dispatch {
  readonly variant: Variant;
  readonly params: ArrayBuffer;
  readonly bindings: readonly Binding[];
  readonly workgroups: readonly [x: number, y: number];
}

export interface Plan {
  readonly dispatches: readonly Dispatch[];
  readonly scratchByteLength: number;
}

/** What a plan needs to know of a device. */
export type Limits = Pick<
  GPUSupportedLimits,
  'maxStorageBufferBindingSize' | 'minStorageBufferOffsetAlignment' | 'maxComputeWorkgroupsPerDimension'
>;

export const BYTES_PER_ELEMENT = 4;
const WORKGROUP_SIZE = 128;
const STEPS = 2;
/** Runs of a channel at least this long are summed by a workgroup, shorter ones by a thread per column. */
const ROW_MINIMUM = 64;
/** As many threads (by column) or workgroups (by row) fill any GPU. */
const ENOUGH_THREADS = 65536;
const ENOUGH_WORKGROUPS = 1024;

interface Call {
  readonly definition: Definition;
  readonly n: number;
  readonly settings: Settings;
  readonly ranges: Readonly<Record<string, BufferRange>>;
  readonly inPlace: boolean;
  readonly fromY: boolean;
  readonly limits: Limits;
}

/**
 * Plans an encode call on the caller's buffers.
 * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`
 */
export function planEncode(
  definition: Definition,
  direction: Direction,
  tensors: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> | undefined,
  limits: Limits,
): Plan {
  const where = `${definition.name}.${direction}`;
  if (typeof tensors !== 'object' || tensors === null)
    throw new TypeError(`${where}: expected an object of tensors and length, got ${describe(tensors)}`);
  const { length, ...given } = tensors;
  if (!Number.isInteger(length) || (length as number) < 0 || (length as number) > 0xffffffff)
    fail(where, 'length to be an integer from 0 to 4294967295', length);
  const n = length as number;
  const settings = planSettings(definition, where, options);
  checkLayout(where, settings, n);
  const fromY = isFromY(definition, direction, given, settings.parameters, where);
  const { inputs, outputs } = tensorNames(definition, direction);
  const names = [...inputs, ...outputs];
  // the kernels know one input, x; the saved y takes its place
  const argument = (name: string): string => (fromY && name === 'x' ? 'y' : name);
  checkTensorNames(where, given, names.map(argument));
  const ranges: Record<string, BufferRange> = {};
  for (const name of names) {
    const elementCount = name === 'weight' || name === 'dWeight' ? settings.channels : n;
    const byteLength = elementCount * BYTES_PER_ELEMENT;
    ranges[name] = bufferRange(
      where,
      argument(name),
      given[argument(name)],
      byteLength,
      limits.minStorageBufferOffsetAlignment,
    );
  }
  const [output, over] = direction === 'forward' ? ['y', 'x'] : ['dx', 'dy'];
  const inPlace = isSameStart(ranges[output]!, ranges[over]!);
  for (const written of outputs)
    for (const other of names) {
      if (other === written || (inPlace && written === output && other === over)) continue;
      if (isOverlapping(ranges[written]!, ranges[other]!))
        fail(where, `${written} not to overlap ${argument(other)}`, 'overlapping ranges of one buffer');
    }
  const call = { definition, n, settings, ranges, inPlace, fromY, limits };
  return direction === 'backward' && ranges.weight ? planChannelwise(call) : planElementwise(call, direction);
}

/** A contiguous part of a tensor that one binding can hold, in elements; parts start on the binding alignment. */
interface Piece {
  readonly start: number;
  readonly count: number;
}

function planPieces({ n, limits }: Call): Piece[] {
  const alignment = Math.max(limits.minStorageBufferOffsetAlignment, 16);
  const largest = (Math.floor(limits.maxStorageBufferBindingSize / alignment) * alignment) / BYTES_PER_ELEMENT;
  const pieces: Piece[] = [];
  for (let start = 0; start < n; start += largest) pieces.push({ start, count: Math.min(largest, n - start) });
  return pieces;
}

/**
 * The whole groups of four of a piece, then the rest one by one. The rest starts between two binding offsets, so it is
 * bound from the last possible offset and skips `first` elements.
 */
function planParts(
  { start, count }: Piece,
  alignment: number,
): { lanes: 1 | 4; start: number; first: number; count: number }[] {
  const whole = count - (count % 4);
  const aligned = Math.floor((whole * BYTES_PER_ELEMENT) / alignment) * (alignment / BYTES_PER_ELEMENT);
  const parts: { lanes: 1 | 4; start: number; first: number; count: number }[] = [];
  if (whole) parts.push({ lanes: 4, start, first: 0, count: whole });
  if (count > whole) parts.push({ lanes: 1, start: start + aligned, first: whole - aligned, count: count - aligned });
  return parts;
}

function planElementwise(call: Call, direction: Direction): Plan {
  const { definition, settings, inPlace, fromY, limits } = call;
  const tensors = direction === 'forward' ? (inPlace ? ['y'] : ['x', 'y']) : inPlace ? ['x', 'dx'] : ['x', 'dy', 'dx'];
  const dispatches: Dispatch[] = [];
  for (const piece of planPieces(call))
    for (const { lanes, start, first, count } of planParts(piece, limits.minStorageBufferOffsetAlignment)) {
      const weight = call.ranges.weight && planWeight(settings, lanes);
      const groups = count / lanes;
      dispatches.push({
        variant: {
          definition,
          kernel: 'elementwise',
          entryPoint: direction,
          lanes,
          inPlace,
          fromY,
          weight: weight?.layout,
          constants: { workgroup_size: WORKGROUP_SIZE, steps: STEPS, ...flatness(definition, direction) },
        },
        params: paramsBlock(settings.parameters, { first, count: groups, base: start / lanes, ...weight?.params }),
        bindings: bind(call, tensors, start, count),
        workgroups: planGrid(Math.ceil((groups - first) / (WORKGROUP_SIZE * STEPS)), limits),
      });
    }
  return { dispatches, scratchByteLength: 0 };
}

const flatness = (definition: Definition, direction: Direction): Record<string, number> =>
  direction === 'backward' && definition.flat ? { flat: 1 } : {};

function planWeight(
  { channels, inner }: Settings,
  lanes: 1 | 4,
): { layout: WeightLayout; params: Partial<ParamsFields> } {
  if (channels === 1) return { layout: 'single', params: {} };
  if (inner % lanes === 0) return { layout: 'shared', params: { channels, inner: inner / lanes } };
  if (inner === 1 && channels % lanes === 0) return { layout: 'vector', params: { channels: channels / lanes, inner } };
  return { layout: 'gather', params: { channels, inner } };
}

/** dx, and dWeight as a sum in two stages: partial sums beside dx, then one reduction of those. */
function planChannelwise(call: Call): Plan {
  const { definition, n, settings, ranges, inPlace, fromY, limits } = call;
  const { channels, inner } = settings;
  const outer = n / (channels * inner);
  const dispatches: Dispatch[] = [];
  let slab = 0;
  const push = (
    { start, count, first = 0 }: { start: number; count: number; first?: number },
    lanes: 1 | 4,
    entryPoint: string,
    weight: WeightLayout,
    workgroupSize: number,
    workgroupCount: number,
    params: Partial<ParamsFields> & { slabs: number },
  ): void => {
    dispatches.push({
      variant: {
        definition,
        kernel: 'channelwise',
        entryPoint,
        lanes,
        inPlace,
        fromY,
        weight,
        constants: { workgroup_size: workgroupSize, ...flatness(definition, 'backward') },
      },
      params: paramsBlock(settings.parameters, { first, count: count / lanes, base: start / lanes, slab, ...params }),
      bindings: [
        ...bind(call, inPlace ? ['x', 'dx', 'weight'] : ['x', 'dy', 'dx', 'weight'], start, count),
        { name: 'partial', range: 'scratch' },
      ],
      workgroups: planGrid(workgroupCount, limits),
    });
    slab += params.slabs;
  };

  // columns of one slab, counted in elements: what the reduction adds up besides the slabs
  let reducedInner = 4;
  if (channels === 1) {
    for (const piece of planPieces(call))
      for (const part of planParts(piece, limits.minStorageBufferOffsetAlignment)) {
        const groups = part.count / part.lanes;
        if (part.lanes === 4) {
          const slabs = Math.min(Math.ceil(groups / (WORKGROUP_SIZE * 8)), ENOUGH_WORKGROUPS);
          const shape = { channels: 1, outer: 1, inner: groups, base: 0, width: 1, slabs };
          push(part, 4, 'backward_by_row', 'single', WORKGROUP_SIZE, slabs, shape);
        } else {
          // the last one to three elements, as four columns of one row of which some lie outside the range
          const shape = { base: -part.first, width: 4, first_row: 0, last_row: 1, slabs: 1 };
          push(part, 1, 'backward_by_column', 'single', 32, 1, shape);
        }
      }
  } else if (inner >= ROW_MINIMUM) {
    const lanes = inner % 4 ? 1 : 4;
    reducedInner = lanes;
    const groups = (outer * inner) / lanes;
    const slabs = Math.max(
      1,
      Math.min(Math.floor(ENOUGH_WORKGROUPS / channels), Math.ceil(groups / (WORKGROUP_SIZE * 8))),
    );
    const workgroupSize = Math.min(WORKGROUP_SIZE, Math.max(32, 2 ** Math.ceil(Math.log2(groups / slabs))));
    const shape = { channels, outer, inner: inner / lanes, width: channels, slabs };
    for (const piece of planPieces(call))
      push(piece, lanes, 'backward_by_row', 'shared', workgroupSize, channels * slabs, shape);
  } else {
    reducedInner = inner;
    const columns = channels * inner;
    const lanes = columns % 4 ? 1 : 4;
    const width = columns / lanes;
    const { layout, params } = planWeight(settings, lanes);
    for (const piece of planPieces(call)) {
      const firstRow = Math.floor(piece.start / columns);
      const lastRow = Math.ceil((piece.start + piece.count) / columns);
      const slabs = Math.min(Math.ceil(ENOUGH_THREADS / width), lastRow - firstRow);
      const shape = { ...params, width, first_row: firstRow, last_row: lastRow, slabs };
      push(
        piece,
        lanes,
        'backward_by_column',
        layout,
        WORKGROUP_SIZE,
        Math.ceil((width * slabs) / WORKGROUP_SIZE),
        shape,
      );
    }
  }

  const scratchByteLength = Math.max(16, slab * 2 * channels * reducedInner * BYTES_PER_ELEMENT);
  if (scratchByteLength > limits.maxStorageBufferBindingSize)
    fail(
      `${definition.name}.backward`,
      `channels whose partial sums fit in a binding of ${limits.maxStorageBufferBindingSize} bytes`,
      `${channels} channels, which need ${scratchByteLength}`,
    );
  const isByRow = slab * reducedInner >= ROW_MINIMUM;
  dispatches.push({
    variant: {
      definition,
      kernel: 'reduce',
      entryPoint: isByRow ? 'reduce_by_row' : 'reduce_by_column',
      lanes: 1,
      inPlace: false,
      fromY: false,
      weight: undefined,
      constants: { workgroup_size: WORKGROUP_SIZE },
    },
    params: paramsBlock({}, { channels, inner: reducedInner, slabs: slab }),
    bindings: [
      { name: 'partial', range: 'scratch' },
      { name: 'sums', range: ranges.dWeight! },
    ],
    workgroups: planGrid(isByRow ? channels : Math.ceil(channels / WORKGROUP_SIZE), limits),
  });
  return { dispatches, scratchByteLength };
}

/** A contiguous part of an array call that is an ordinary call of its own: some rows, or channels, or part of one. */
export interface ArrayPiece {
  readonly start: number;
  readonly count: number;
  readonly firstChannel: number;
  readonly channels: number;
  readonly inner: number;
}

/** Cuts an array call into pieces of at most `largest` elements (a multiple of 64). */
export function* planArrayPieces(
  length: number,
  { channels, inner }: Settings,
  largest: number,
): Generator<ArrayPiece> {
  if (channels === 1) {
    for (let start = 0; start < length; start += largest)
      yield { start, count: Math.min(largest, length - start), firstChannel: 0, channels: 1, inner: 1 };
    return;
  }
  const row = channels * inner;
  if (row <= largest) {
    const rows = Math.floor(largest / row) * row;
    for (let start = 0; start < length; start += rows)
      yield { start, count: Math.min(rows, length - start), firstChannel: 0, channels, inner };
    return;
  }
  if (inner <= largest) {
    const some = Math.floor(largest / inner);
    for (let start = 0; start < length; start += row)
      for (let firstChannel = 0; firstChannel < channels; firstChannel += some) {
        const count = Math.min(some, channels - firstChannel);
        yield { start: start + firstChannel * inner, count: count * inner, firstChannel, channels: count, inner };
      }
    return;
  }
  for (let run = 0; run < length; run += inner)
    for (let first = 0; first < inner; first += largest) {
      const count = Math.min(largest, inner - first);
      yield { start: run + first, count, firstChannel: (run / inner) % channels, channels: 1, inner: 1 };
    }
}

/** The part of each tensor that a dispatch works on; a weight is bound whole. */
function bind({ ranges }: Call, names: readonly string[], start: number, count: number): Binding[] {
  const all = ranges.weight && !names.includes('weight') ? [...names, 'weight'] : names;
  return all.map((name) => {
    const range = ranges[name]!;
    if (name === 'weight') return { name, range };
    const offset = range.offset + start * BYTES_PER_ELEMENT;
    return { name, range: { buffer: range.buffer, offset, size: count * BYTES_PER_ELEMENT } };
  });
}

/** Workgroups folded into two dimensions where one cannot hold them; kernels skip the few too many. */
function planGrid(workgroupCount: number, limits: Limits): readonly [number, number] {
  const rows = Math.ceil(workgroupCount / limits.maxComputeWorkgroupsPerDimension);
  return [Math.ceil(workgroupCount / Math.max(rows, 1)), rows];
}

/** The struct Params of `shaders/kernels/common.wgsl`, in its order. */
const PARAMS_FIELDS = [
  'first',
  'count',
  'zero',
  'base',
  'channels',
  'inner',
  'outer',
  'slabs',
  'slab',
  'first_row',
  'last_row',
  'width',
] as const;
type ParamsFields = Record<(typeof PARAMS_FIELDS)[number], number>;
export const PARAMS_BYTE_LENGTH = 64;

function paramsBlock(parameters: Parameters, fields: Partial<ParamsFields>): ArrayBuffer {
  const block = new ArrayBuffer(PARAMS_BYTE_LENGTH);
  const words = new Uint32Array(block, 0, PARAMS_FIELDS.length);
  PARAMS_FIELDS.forEach((field, index) => {
    words[index] = fields[field] ?? 0;
  });
  const floats = new Float32Array(block, words.byteLength);
  let index = 0;
  for (const name in parameters) {
    const value = parameters[name]!;
    floats[index] = value;
    // an infinite bound has no remainder
    floats[index + 1] = Number.isFinite(value) ? value - Math.fround(value) : 0;
    index += 2;
  }
  return block;
}
