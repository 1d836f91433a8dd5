/**
 * Functions of rows over [rows, columns]. Short rows share a workgroup, each with a team of threads; the
 * longest rows that one workgroup can keep have it to themselves; longer ones are cut into slabs of a workgroup each, in
 * three dispatches: partial results, one combination a row, the elements.
 */
import type { Call } from '../call.js';
import { fail } from '../options.js';
import { elementBytes, storages } from '../storage.js';
import * as kernel from '../wgsl/kernels.js';
import {
  alignedElements,
  type Binding,
  bindElements,
  type Dispatch,
  type Limits,
  type ParamsFields,
  type Plan,
  paramsBlock,
  planGrid,
  threadsWithin,
} from './grid.js';

/** Elements that a thread keeps in registers: KEPT · LANES of `shaders/kernels/rowwise.wgsl`. */
const ELEMENTS_PER_THREAD = 16;
const WORKGROUP_SIZE = 128;
/** On a CPU a thread has a row or slab to itself and reads it again rather than keeping it; nothing then needs a barrier,
 *  which costs SwiftShader 20 µs for each four threads. Small workgroups, since rows are what its cores share. */
const FALLBACK_WORKGROUP_SIZE = 32;
/** Of the longest rows that one workgroup handles, where the device allows as many. */
const LARGEST_WORKGROUP = 256;
/** Bytes of what is noted of a row or slab between dispatches. */
const NOTE_BYTES = 16;

export function planRowwise(call: Call, limits: Limits): Plan {
  const { definition, direction, settings, through, isArena } = call;
  const { fromY } = call.form;
  const { columns } = settings;
  const lanes = columns % 4 ? 1 : 4;
  const storage = storages[settings.dtype].files(lanes, { isArena });
  const ownLanes = lanes === 4 ? [kernel.lanes4, kernel.rowLanes4] : [kernel.lanes1, kernel.rowLanes1];
  const inner = columns / lanes;
  const kept = ELEMENTS_PER_THREAD / lanes;
  const { isFallback = false, subgroupSize } = limits;
  const largest = 2 ** Math.floor(Math.log2(threadsWithin(LARGEST_WORKGROUP, limits)));
  const slabs = Math.ceil(inner / (largest * kept));
  const width = Math.ceil(inner / slabs);
  const team = isFallback ? 1 : Math.min(largest, 2 ** Math.ceil(Math.log2(Math.ceil(width / kept))));
  const reduce = subgroupSize && team > 1 ? [kernel.enableSubgroups, kernel.reduceSubgroup] : [kernel.reduceWorkgroup];
  const isBackward = direction === 'backward';
  const fromX = isBackward && !fromY;
  const read = (tensor: string): string => through[tensor] ?? tensor;
  const source = read(fromY ? 'y' : 'x');
  const upstream = read('dy');
  // the saved y of a backward pass is bound as x
  const variable = (tensor: string): string => (isBackward && tensor === 'y' ? 'x' : tensor);
  const share: Record<string, number> = isFallback ? { streams: 1 } : { groups: Math.ceil(width / team) };
  const constants: Record<string, number> = {
    ...(fromX && { from_x: 1 }),
    ...(settings.accumulate && { accumulate: 1 }),
  };
  const output = isBackward ? 'dx' : 'y';
  const inputs = isBackward ? [source, upstream] : [source];

  const dispatches: Dispatch[] = [];
  let scratchByteLength = 0;
  for (const { start, rows, first } of planPiecesOfRows(call, limits)) {
    const params: Partial<ParamsFields> = { first: first / lanes, count: rows, inner, slabs, width };
    const bind = (names: readonly string[]): Binding[] =>
      [...new Set(names)].map((name) =>
        name === 'partial'
          ? { name, source: 'scratch' }
          : bindElements(settings, variable(name), name, start - first, first + rows * columns),
      );
    const push = (entryPoint: string, names: readonly string[], teams: number, threads = team): void => {
      const isCombining = entryPoint.endsWith('_combine');
      const workgroupSize = isFallback ? FALLBACK_WORKGROUP_SIZE : Math.max(WORKGROUP_SIZE, threads);
      const shape = {
        workgroup_size: workgroupSize,
        team: threads,
        ...(reduce.length > 1 && { subgroup_lanes: Math.min(subgroupSize!, workgroupSize) }),
      };
      dispatches.push({
        variant: {
          label: `${definition.name}.${entryPoint} ${isCombining ? 'f32x1' : `${settings.dtype}x${lanes}`}`,
          entryPoint,
          files: isCombining
            ? [kernel.lanes1, kernel.rowLanes1, ...reduce, kernel.rows, kernel.rowwiseCombine]
            : [...ownLanes, ...storage, ...reduce, kernel.rows, kernel.rowwise],
          activation: definition,
          reads: isCombining ? {} : { source: variable(source), upstream: variable(upstream) },
          constants: isCombining ? shape : { ...shape, ...share, ...constants },
        },
        params: paramsBlock(definition, settings.parameters, params),
        bindings: bind(names),
        workgroups: planGrid(Math.ceil(teams / (workgroupSize / threads)), limits),
      });
    };
    if (slabs === 1) {
      push(direction, [...inputs, output], rows);
      continue;
    }
    const passes = [
      ...(fromX || !isBackward ? (['forward'] as const) : []),
      ...(isBackward ? (['backward'] as const) : []),
    ];
    for (const pass of passes) {
      push(`${pass}_partial`, [...(pass === 'forward' ? [source] : inputs), 'partial'], rows * slabs);
      push(`${pass}_combine`, ['partial'], rows, isFallback ? 1 : WORKGROUP_SIZE);
    }
    push(`${direction}_write`, [...inputs, output, 'partial'], rows * slabs);
    scratchByteLength = Math.max(scratchByteLength, rows * (2 + slabs) * NOTE_BYTES);
  }
  return { dispatches, scratchByteLength };
}

interface Rows {
  /** The first element of the rows; bindings start `first` elements before it, where an offset may lie. */
  readonly start: number;
  readonly rows: number;
  readonly first: number;
}

/** Cuts a tensor between rows into pieces that a binding can hold. */
function* planPiecesOfRows({ where, length, settings }: Call, limits: Limits): Generator<Rows> {
  const { columns } = settings;
  const bytes = elementBytes(settings);
  const capacity = Math.floor(limits.maxStorageBufferBindingSize / bytes);
  for (let start = 0; start < length; ) {
    const first = start % alignedElements(bytes, limits);
    const rows = Math.min(Math.floor((capacity - first) / columns), (length - start) / columns);
    if (rows < 1) fail(where, `rows of at most ${capacity - first} elements`, columns);
    yield { start, rows, first };
    start += rows * columns;
  }
}
