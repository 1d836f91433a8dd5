/** A batch of a monitor: which units were idle, one pass over y; then the record of each unit. */
import { type BufferRange, bufferRange, checkTensorNames, fail } from '../arguments.js';
import type { Definition, Parameters } from '../catalogue.js';
import { describe } from '../errors.js';
import { type StorageType, storages } from '../storage.js';
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
import { planSums } from './sums.js';

const UPDATE_WORKGROUP_SIZE = 128;

export interface MonitorSettings {
  readonly definition: Definition;
  readonly parameters: Parameters;
  readonly kind: 'dead' | 'saturation';
  readonly channels: number;
  readonly inner: number;
  readonly threshold: number;
  readonly dtype: StorageType;
  readonly where: string;
}

/** Bytes of the record of shaders/kernels/monitor.wgsl. */
export const monitorByteLength = (channels: number): number => (1 + 2 * channels) * 4;

/** @throws {TypeError|RangeError} `relu.deadUnitMonitor: expected …, got …` */
export function planMonitor(
  settings: MonitorSettings,
  arguments_: Readonly<Record<string, unknown>>,
  record: BufferRange,
  limits: Limits,
): Plan {
  const { definition, parameters, kind, channels, inner, threshold, where, dtype } = settings;
  const bytes = elementBytes(settings);
  if (typeof arguments_ !== 'object' || arguments_ === null)
    throw new TypeError(`${where}: expected { y, length }, got ${describe(arguments_)}`);
  const { length, ...given } = arguments_;
  const n = length as number;
  const row = channels * inner;
  if (!Number.isInteger(n) || n < 1 || n > 0xffffffff || n % row)
    fail(where, `length to be a positive multiple of channels · inner = ${channels} · ${inner}`, length);
  checkTensorNames(where, given, ['y']);
  const y = bufferRange(where, 'y', given.y, n * bytes, limits.minStorageBufferOffsetAlignment);
  const bits = new Uint32Array(new Float32Array([threshold]).buffer)[0]!;
  const sums = planSums(planPieces(where, n, bytes, limits), { channels, inner }, limits, { wide: true, bytes });
  const dispatches = sums.passes.map(({ part, entryPoint, workgroupSize, workgroupCount, params }): Dispatch => {
    const { start, count, lanes } = part;
    // by column, a unit is `inner` columns; the rest of a single unit is four
    const layout = { channels, inner: channels === 1 ? sums.inner : inner };
    return {
      variant: {
        label: `${where} ${entryPoint} ${dtype}x${lanes}`,
        entryPoint,
        files: [`lanes_${lanes}`, ...storages[dtype].files(lanes), 'sum', `monitor_${kind}`, 'monitor', 'channels'],
        ...(kind === 'saturation' && { activation: definition, fromY: true }),
        constants: { workgroup_size: workgroupSize },
      },
      params: paramsBlock(parameters, { ...layout, ...params, half: bits }),
      bindings: [bindElements({ ranges: { x: y }, settings }, 'x', start, count), { name: 'record', range: record }],
      workgroups: planGrid(workgroupCount, limits),
    };
  });
  dispatches.push({
    variant: {
      label: `${where} update`,
      entryPoint: 'update',
      files: ['lanes_1', 'monitor_update'],
      constants: { workgroup_size: UPDATE_WORKGROUP_SIZE },
    },
    params: paramsBlock({}, { channels }),
    bindings: [{ name: 'record', range: record }],
    workgroups: planGrid(Math.ceil(channels / UPDATE_WORKGROUP_SIZE), limits),
  });
  return { dispatches, scratchByteLength: 0 };
}
