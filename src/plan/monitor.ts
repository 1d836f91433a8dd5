/** A batch of a monitor: which units were idle, one pass over y; then the record of each unit. */
import { checkTensorNames } from '../call.js';
import type { Definition, Parameters } from '../definition.js';
import { fail } from '../errors.js';
import { checkObject } from '../options.js';
import { type BufferRange, bufferRange, type Ranges } from '../ranges.js';
import { elementBytes, type StorageType, storageFiles } from '../storage.js';
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

/** @throws {RangeError} for a length that is no whole batch */
export function checkBatchLength({ channels, inner, where }: MonitorSettings, length: unknown): number {
  if (
    !Number.isInteger(length) ||
    (length as number) < 1 ||
    (length as number) > 0xffffffff ||
    (length as number) % (channels * inner)
  )
    fail(where, `length to be a positive multiple of channels · inner = ${channels} · ${inner}`, length);
  return length as number;
}

/** A batch in the caller's buffer, and where its tensors lie. @throws {TypeError|RangeError} `relu.deadUnitMonitor: expected …, got …` */
export function checkBatch(
  settings: MonitorSettings,
  arguments_: Readonly<Record<string, unknown>>,
  record: BufferRange,
  alignment: number,
): { readonly length: number; readonly ranges: Ranges } {
  const { where } = settings;
  checkObject(where, '{ y, length }', arguments_);
  const { length: given, ...tensors } = arguments_;
  const length = checkBatchLength(settings, given);
  checkTensorNames(where, tensors, ['y']);
  return {
    length,
    ranges: { y: bufferRange(where, 'y', tensors.y, length * elementBytes(settings), alignment), record },
  };
}

export function planMonitor(settings: MonitorSettings, length: number, limits: Limits): Plan {
  const { definition, parameters, kind, channels, inner, threshold, where, dtype } = settings;
  const bytes = elementBytes(settings);
  const bits = new Uint32Array(new Float32Array([threshold]).buffer)[0]!;
  const record = bindWhole('record', 'record');
  const pieces = planPieces(where, length, bytes, limits);
  const sums = planSums(pieces, { channels, inner }, limits, { wide: true, bytes });
  const dispatches = sums.passes.map(({ part, entryPoint, workgroupSize, workgroupCount, params }): Dispatch => {
    const { start, count, lanes } = part;
    // by column, a unit is `inner` columns; the rest of a single unit is four
    const layout = { channels, inner: channels === 1 ? sums.inner : inner };
    return {
      variant: {
        label: `${where} ${entryPoint} ${dtype}x${lanes}`,
        entryPoint,
        files: [
          lanes === 4 ? kernel.lanes4 : kernel.lanes1,
          ...storageFiles(definition, dtype, lanes, { isArena: false }),
          kernel.sum,
          kind === 'dead' ? kernel.monitorDead : kernel.monitorSaturation,
          kernel.monitor,
          kernel.channels,
        ],
        ...(kind === 'saturation' && { activation: definition, fromY: true }),
        constants: { workgroup_size: workgroupSize },
      },
      params: paramsBlock(definition, parameters, { ...layout, ...params, half: bits }),
      bindings: [bindElements(settings, 'x', 'y', start, count), record],
      workgroups: planGrid(workgroupCount, limits),
    };
  });
  dispatches.push({
    variant: {
      label: `${where} update`,
      entryPoint: 'update',
      files: [kernel.lanes1, kernel.monitorUpdate],
      constants: { workgroup_size: UPDATE_WORKGROUP_SIZE },
    },
    params: paramsBlock(undefined, {}, { channels }),
    bindings: [record],
    workgroups: planGrid(Math.ceil(channels / UPDATE_WORKGROUP_SIZE), limits),
  });
  return { dispatches, scratchByteLength: 0 };
}
