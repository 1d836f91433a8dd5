/**
 * The library without a list of names: pay for what you import. Activations come from `webgpu-activations/activations`, or
 * from `defineActivation`; statistics, monitors and tuning are functions of what `createActivations` gives.
 * @packageDocumentation
 */
import { type Definition, isDefinition } from './definition.js';
import { type CreateOptions, Engine, openEngine } from './engine.js';
import { describe } from './errors.js';
import { completing, type Parts } from './parts.js';

export type { Definition, Parameter, Parameters } from './definition.js';
export { type CreateOptions, Engine } from './engine.js';
export { DeviceLostError, ShaderCompileError, WebGPUUnavailableError } from './errors.js';
export {
  createDeadUnitMonitor,
  type DeadUnitMonitor,
  type DeadUnitMonitorOptions,
  type DeadUnitReport,
} from './monitor.js';
export type { Parts } from './parts.js';
export { channels } from './plan/channels.js';
export { gates } from './plan/gates.js';
export { halfPrecision } from './plan/half_precision.js';
export type { Shape } from './plan/index.js';
export { type PrepareAllOptions, type Prepared, prepareAll } from './prepare_all.js';
export {
  encodeStatistics,
  prepareStatistics,
  readStatistics,
  type Statistics,
  type StatisticsArrays,
  type StatisticsOptions,
  type StatisticsTensors,
  statistics,
  statisticsByteLength,
} from './statistics.js';
export type { ElementArray, HalfArray, StorageType } from './storage.js';
export { createTimer, type Timer } from './timer.js';
export { type TuneOptions, tune } from './tune.js';
export { type WGSLOptions, wgsl } from './wgsl/embed.js';

/** What createActivations may be given here. */
export interface CoreOptions extends CreateOptions {
  /** Kernels beyond those that every activation needs, each an import: `channels`, `gates`, `halfPrecision`. */
  readonly parts?: Parts;
}

/**
 * Requests a device (or takes yours) for the activations that its calls import. A bias, learned parameters, any activation as
 * a gate, and 16-bit elements are `parts` of their own.
 * @throws {TypeError} for an option of no known name
 * @throws {WebGPUUnavailableError} without WebGPU or an adapter, with what to do about it
 * @example
 * import { createActivations } from 'webgpu-activations/core';
 * import { gelu } from 'webgpu-activations/activations';
 * const { y } = await (await createActivations()).forward(gelu, { x: new Float32Array([-1, 0, 1]) });
 * @example
 * import { channels, createActivations } from 'webgpu-activations/core';
 * const gpu = await createActivations({ parts: { channels } });
 * const { y } = await gpu.forward(gelu, { x, bias }, { channels: 64 });
 */
export async function createActivations(options: CoreOptions = {}): Promise<Engine> {
  const complete = completing(options?.parts ?? {});
  return openEngine(options, (...made) => new Engine(made, (value) => complete(definitionOnly(value))), ['parts']);
}

function definitionOnly(value: unknown): Definition {
  if (isDefinition(value)) return value;
  throw new TypeError(
    `activation: expected an import of webgpu-activations/activations, got ${describe(value)}; ` +
      'createActivations of webgpu-activations takes names',
  );
}
