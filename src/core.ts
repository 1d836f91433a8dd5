/**
 * The library without a list of names: pay for what you import. Activations come from `webgpu-activations/activations`, or
 * from `defineActivation`; statistics, monitors and tuning are functions of what `createActivations` gives.
 * @packageDocumentation
 */
import { type Definition, isDefinition } from './definition.js';
import { type CreateOptions, Engine, openEngine } from './engine.js';
import { describe } from './errors.js';

export type { Definition, Parameter, Parameters } from './definition.js';
export { type CreateOptions, Engine } from './engine.js';
export { DeviceLostError, ShaderCompileError, WebGPUUnavailableError } from './errors.js';
export {
  createDeadUnitMonitor,
  type DeadUnitMonitor,
  type DeadUnitMonitorOptions,
  type DeadUnitReport,
} from './monitor.js';
export type { Shape } from './plan/index.js';
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
export { type TuneOptions, tune } from './tune.js';
export { type WGSLOptions, wgsl } from './wgsl/embed.js';

/**
 * Requests a device (or takes yours) for the activations that its calls import.
 * @throws {WebGPUUnavailableError} without WebGPU or an adapter, with what to do about it
 * @example
 * import { createActivations } from 'webgpu-activations/core';
 * import { gelu } from 'webgpu-activations/activations';
 * const { y } = await (await createActivations()).forward(gelu, { x: new Float32Array([-1, 0, 1]) });
 */
export const createActivations = (options: CreateOptions = {}): Promise<Engine> =>
  openEngine(options, (...parts) => new Engine(parts, definitionOnly));

function definitionOnly(value: unknown): Definition {
  if (isDefinition(value)) return value;
  throw new TypeError(
    `activation: expected an import of webgpu-activations/activations, got ${describe(value)}; ` +
      'createActivations of webgpu-activations takes names',
  );
}
