/**
 * Backward with the gradient of a learned weight or bias: partial sums beside dx, then one reduction of those. The
 * layout is [outer, channels, inner], row-major.
 */
import { fail } from '../arguments.js';
import { bodyLanes, bodyPieces, planBody } from './body.js';
import {
  BYTES_PER_ELEMENT,
  bindWhole,
  type Call,
  type Dispatch,
  type ParamsFields,
  type Part,
  type Plan,
  paramsBlock,
  planGrid,
  planParts,
} from './grid.js';

const WORKGROUP_SIZE = 128;
/** Groups a thread sums before the workgroup does. */
const GROUPS_PER_THREAD = 8;
/** Runs of a channel at least this long are summed by a workgroup, shorter ones by a thread per column. */
const ROW_MINIMUM = 64;
/** As many threads (by column) or workgroups (by row) fill any GPU. */
const ENOUGH_THREADS = 65536;
const ENOUGH_WORKGROUPS = 1024;

export function planChannels(call: Call): Plan {
  const { definition, settings, ranges, limits } = call;
  const { channels, inner } = settings;
  const row = channels * inner;
  const sums = ['dWeight', 'dBias'].filter((name) => ranges[name]);
  const dispatches: Dispatch[] = [];
  let slab = 0;
  const push = (
    { start, count, lanes, first }: Part,
    entryPoint: 'backward_by_row' | 'backward_by_column',
    workgroupSize: number,
    workgroupCount: number,
    shape: Partial<ParamsFields> & { slabs: number },
  ): void => {
    const { activation, files, reads, constants, params, bind } = planBody(call, lanes);
    dispatches.push({
      variant: {
        label: `${definition.name}.${entryPoint} f32x${lanes}`,
        entryPoint,
        files: [`lanes_${lanes}`, 'storage_f32', ...files, 'channels'],
        activation,
        fromY: call.fromY,
        reads,
        constants: {
          workgroup_size: workgroupSize,
          ...(ranges.dWeight && { sum_weight: 1 }),
          ...(ranges.dBias && { sum_bias: 1 }),
          ...constants,
        },
      },
      params: paramsBlock(settings.parameters, {
        first,
        count: count / lanes,
        base: start / lanes,
        slab,
        ...params,
        ...shape,
      }),
      bindings: [...bind(start, count), { name: 'partial', range: 'scratch' }],
      workgroups: planGrid(workgroupCount, limits),
    });
    slab += shape.slabs;
  };

  const wide = bodyLanes(call) === 4;
  let reducedInner: number; // columns a channel has in one slab, in elements: what the reduction adds besides the slabs
  if (channels === 1 && wide) {
    reducedInner = 4;
    for (const piece of bodyPieces(call))
      for (const part of planParts(piece, limits)) {
        const groups = part.count / part.lanes;
        if (part.lanes === 4) {
          const slabs = Math.min(Math.ceil(groups / (WORKGROUP_SIZE * GROUPS_PER_THREAD)), ENOUGH_WORKGROUPS);
          const shape = { channels: 1, inner: groups, base: 0, width: 1, first_row: 0, last_row: 1, slabs };
          push(part, 'backward_by_row', WORKGROUP_SIZE, slabs, shape);
        } else {
          // the last one to three elements, as four columns of one row of which some lie outside the range
          const shape = { base: -part.first, width: 4, first_row: 0, last_row: 1, slabs: 1 };
          push(part, 'backward_by_column', 32, 1, shape);
        }
      }
  } else {
    const byRow = inner >= ROW_MINIMUM || channels === 1;
    const lanes = wide && (byRow ? inner : row) % 4 === 0 ? 4 : 1;
    reducedInner = byRow ? lanes : inner;
    for (const piece of bodyPieces(call)) {
      const part = { ...piece, lanes, first: 0 } as const;
      const firstRow = Math.floor(piece.start / row);
      const lastRow = Math.ceil((piece.start + piece.count) / row);
      const rows = { first_row: firstRow, last_row: lastRow };
      if (byRow) {
        const groups = ((lastRow - firstRow) * inner) / lanes;
        const wanted = Math.ceil(groups / (WORKGROUP_SIZE * GROUPS_PER_THREAD));
        const slabs = Math.max(1, Math.min(Math.floor(ENOUGH_WORKGROUPS / channels), wanted));
        const workgroupSize = Math.min(WORKGROUP_SIZE, Math.max(32, 2 ** Math.ceil(Math.log2(groups / slabs))));
        const shape = { channels, inner: inner / lanes, width: channels, slabs, ...rows };
        push(part, 'backward_by_row', workgroupSize, channels * slabs, shape);
      } else {
        const width = row / lanes;
        const slabs = Math.min(Math.ceil(ENOUGH_THREADS / width), lastRow - firstRow);
        const workgroupCount = Math.ceil((width * slabs) / WORKGROUP_SIZE);
        push(part, 'backward_by_column', WORKGROUP_SIZE, workgroupCount, { width, slabs, ...rows });
      }
    }
  }

  const scratchByteLength = Math.max(16, slab * sums.length * 2 * channels * reducedInner * BYTES_PER_ELEMENT);
  if (scratchByteLength > limits.maxStorageBufferBindingSize)
    fail(
      `${definition.name}.backward`,
      `channels whose partial sums fit in a binding of ${limits.maxStorageBufferBindingSize} bytes`,
      `${channels} channels, which need ${scratchByteLength}`,
    );
  const isByRow = slab * reducedInner >= ROW_MINIMUM;
  const workgroupCount = isByRow ? channels : Math.ceil(channels / WORKGROUP_SIZE);
  sums.forEach((name, index) => {
    const entryPoint = isByRow ? 'reduce_by_row' : 'reduce_by_column';
    dispatches.push({
      variant: {
        label: entryPoint,
        entryPoint,
        files: ['lanes_1', 'reduce'],
        constants: { workgroup_size: WORKGROUP_SIZE, ...(settings.accumulate && { accumulate: 1 }) },
      },
      params: paramsBlock({}, { first: index, count: sums.length, channels, inner: reducedInner, slabs: slab }),
      bindings: [
        { name: 'partial', range: 'scratch' },
        { name: 'sums', range: bindWhole(call, name).range },
      ],
      workgroups: planGrid(workgroupCount, limits),
    });
  });
  return { dispatches, scratchByteLength };
}
