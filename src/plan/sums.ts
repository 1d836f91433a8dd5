/**
 * How a pass that sums over the channels of [outer, channels, inner] is laid out, and the reduction that follows it:
 * `shaders/kernels/channels.wgsl` and `reduce.wgsl`. Gradients of learned parameters, statistics and monitors share it.
 */
import type { Settings } from '../options.js';
import { type Limits, type ParamsFields, type Part, type Piece, planGrid, planParts } from './grid.js';

const WORKGROUP_SIZE = 128;
/** Where threads are loops, each walks its share alone: few side by side keep to neighbouring memory, and SwiftShader takes 1 ms
 *  to compile a word of workgroup memory. */
const WORKGROUP_SIZE_OF_CPU = 16;
const workgroupSizeOn = ({ isFallback }: Limits): number => (isFallback ? WORKGROUP_SIZE_OF_CPU : WORKGROUP_SIZE);
/** Runs of a channel at least this long are summed by a workgroup, shorter ones by a thread per column. */
const ROW_MINIMUM = 64;
/** Groups a thread should have by row and by column: its workgroup's sum costs 150 of them where barriers are loops. */
const GROUPS_PER_THREAD = [8, 1] as const;
const GROUPS_PER_THREAD_OF_CPU = [512, 16] as const;
/** As many threads (by column) or workgroups (by row) fill any GPU. */
const ENOUGH_THREADS = 65536;
const ENOUGH_WORKGROUPS = 1024;

/** One dispatch over x. */
export interface SumPass {
  readonly part: Part;
  readonly entryPoint: 'sum_whole' | 'sum_by_row' | 'sum_by_column';
  readonly workgroupSize: number;
  readonly workgroupCount: number;
  readonly params: Partial<ParamsFields>;
}

export interface SumPlan {
  readonly passes: readonly SumPass[];
  /** Slabs of all passes, and the columns that a channel has in one, in elements: what the reduction adds. */
  readonly slabs: number;
  readonly inner: number;
}

export interface SumOptions {
  /** Of an element. */
  readonly bytes: number;
  /** False where a group is one element, whatever the layout. */
  readonly wide: boolean;
  /** Threads of a workgroup that sums by column. */
  readonly columnWorkgroupSize?: number;
  /** Groups a thread should have, by row and by column, to be worth what it does at its end. */
  readonly groupsPerThread?: readonly [byRow: number, byColumn: number];
}

export function planSums(
  pieces: readonly Piece[],
  layout: Pick<Settings, 'channels' | 'inner'>,
  limits: Limits,
  {
    bytes,
    wide,
    columnWorkgroupSize = WORKGROUP_SIZE,
    groupsPerThread: [byRowGroups, byColumnGroups] = limits.isFallback ? GROUPS_PER_THREAD_OF_CPU : GROUPS_PER_THREAD,
  }: SumOptions,
): SumPlan {
  const { channels } = layout;
  const rowWorkgroupSize = workgroupSizeOn(limits);
  const inner = channels === 1 ? 1 : layout.inner; // every element is of the one channel
  const row = channels * inner;
  const passes: SumPass[] = [];
  let slab = 0;
  const push = (
    part: Part,
    entryPoint: SumPass['entryPoint'],
    workgroupSize: number,
    shape: Partial<ParamsFields> & { width: number; slabs: number },
  ): void => {
    const { start, count, lanes, first } = part;
    const tasks = shape.width * shape.slabs;
    const workgroupCount = entryPoint === 'sum_by_column' ? Math.ceil(tasks / workgroupSize) : tasks;
    const params = { first, count: count / lanes, base: start / lanes, slab, ...shape };
    passes.push({ part, entryPoint, workgroupSize, workgroupCount, params });
    slab += shape.slabs;
  };

  if (channels === 1 && wide) {
    for (const piece of pieces)
      for (const part of planParts(piece, bytes, limits)) {
        const groups = part.count / part.lanes;
        if (part.lanes === 4) {
          const slabs = Math.min(Math.ceil(groups / (rowWorkgroupSize * byRowGroups)), ENOUGH_WORKGROUPS);
          push(part, 'sum_whole', rowWorkgroupSize, { width: 1, slabs });
        } else {
          // the last one to three elements, as four columns of one row of which some lie outside the range
          const shape = { base: -part.first, width: 4, first_row: 0, last_row: 1, slabs: 1 };
          push(part, 'sum_by_column', Math.min(32, columnWorkgroupSize), shape);
        }
      }
    return { passes, slabs: slab, inner: 4 };
  }
  const byRow = inner >= ROW_MINIMUM || channels === 1;
  const lanes = wide && (byRow ? inner : row) % 4 === 0 ? 4 : 1;
  for (const piece of pieces) {
    const part = { ...piece, lanes, first: 0 } as const;
    const firstRow = Math.floor(piece.start / row);
    const lastRow = Math.ceil((piece.start + piece.count) / row);
    const rows = { first_row: firstRow, last_row: lastRow };
    if (byRow) {
      const groups = ((lastRow - firstRow) * inner) / lanes;
      const wanted = Math.ceil(groups / (rowWorkgroupSize * byRowGroups));
      const slabs = Math.max(1, Math.min(Math.floor(ENOUGH_WORKGROUPS / channels), wanted));
      const workgroupSize = Math.min(rowWorkgroupSize, Math.max(32, 2 ** Math.ceil(Math.log2(groups / slabs))));
      push(part, channels === 1 ? 'sum_whole' : 'sum_by_row', workgroupSize, {
        channels,
        inner: inner / lanes,
        width: channels,
        slabs,
        ...rows,
      });
    } else {
      const width = row / lanes;
      const slabs = Math.min(Math.ceil(ENOUGH_THREADS / width), Math.ceil((lastRow - firstRow) / byColumnGroups));
      push(part, 'sum_by_column', columnWorkgroupSize, { width, slabs, ...rows });
    }
  }
  return { passes, slabs: slab, inner: byRow ? lanes : inner };
}

/** The entry point of reduce.wgsl and its grid: a workgroup a channel where it has much to add, else a thread. */
export function planReduction(
  { slabs, inner }: SumPlan,
  channels: number,
  limits: Limits,
): { entryPoint: string; workgroupSize: number; workgroups: readonly [number, number] } {
  const isByRow = slabs * inner >= ROW_MINIMUM;
  const workgroupSize = isByRow ? workgroupSizeOn(limits) : WORKGROUP_SIZE;
  return {
    entryPoint: isByRow ? 'reduce_by_row' : 'reduce_by_column',
    workgroupSize,
    workgroups: planGrid(isByRow ? channels : Math.ceil(channels / workgroupSize), limits),
  };
}
