/**
 * GPU-accelerated activation functions on WebGPU: forward and backward passes over float32, float16 and bfloat16 arrays and buffers.
 * @packageDocumentation
 */
export { Activations, type CreateOptions, createActivations } from './activations.js';
export {
  type ActivationName,
  catalogue,
  type Definition,
  type Parameter,
  type ParameterName,
  type Parameters,
  type Row,
  resolveActivation,
  resolveParameters,
} from './catalogue.js';
export { type ActivationDefinition, defineActivation } from './define.js';
export { type WGSLOptions, wgsl } from './embed.js';
export { DeviceLostError, ShaderCompileError, WebGPUUnavailableError } from './errors.js';
export {
  createDeadUnitMonitor,
  type DeadUnitMonitor,
  type DeadUnitMonitorOptions,
  type DeadUnitReport,
} from './monitor.js';
export type { Shape } from './plan/index.js';
export {
  readStatistics,
  type Statistics,
  type StatisticsArrays,
  type StatisticsOptions,
  type StatisticsTensors,
  statisticsByteLength,
} from './statistics.js';
export type { ElementArray, HalfArray, StorageType } from './storage.js';
export type { TuneOptions } from './tune.js';
export type {
  Activation,
  BackwardArrays,
  BackwardOptions,
  BackwardResult,
  BackwardTensors,
  ForwardArrays,
  ForwardTensors,
  GPUTensor,
  HalfBackwardArrays,
  HalfForwardArrays,
  HalfType,
  Options,
  RunOptions,
} from './types.js';
