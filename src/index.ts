/**
 * GPU-accelerated activation functions on WebGPU: forward and backward passes over float32, float16 and bfloat16 arrays and buffers.
 * @packageDocumentation
 */
import type { Definition } from './definition.js';
import { type CreateOptions, Engine, type EngineParts, openEngine } from './engine.js';
import { definitionOf } from './names.js';
import type { Shape } from './plan/index.js';
import { type PrepareAllOptions, type Prepared, type PreparedOptions, prepareAll } from './prepare_all.js';
import {
  encodeStatistics,
  type Statistics,
  type StatisticsArrays,
  type StatisticsOptions,
  type StatisticsTensors,
  statistics,
} from './statistics.js';
import { type TuneOptions, tune } from './tune.js';
import type { Activation, ActivationName, DynamicCalls, Options, RunOptions } from './types.js';
import { wgsl as embed, type WGSLOptions } from './wgsl/embed.js';

export { catalogue, type Row, resolveActivation } from './catalogue.js';
export { type ActivationDefinition, defineActivation } from './define.js';
export { type Definition, type Parameter, type Parameters, resolveParameters } from './definition.js';
export type { CreateOptions } from './engine.js';
export { DeviceLostError, ShaderCompileError, WebGPUUnavailableError } from './errors.js';
export {
  createDeadUnitMonitor,
  type DeadUnitMonitor,
  type DeadUnitMonitorOptions,
  type DeadUnitReport,
} from './monitor.js';
export type { Shape } from './plan/index.js';
export type { PrepareAllOptions, Prepared, PreparedOptions } from './prepare_all.js';
export {
  readStatistics,
  type Statistics,
  type StatisticsArrays,
  type StatisticsOptions,
  type StatisticsTensors,
  statisticsByteLength,
} from './statistics.js';
export type { ElementArray, HalfArray, StorageType } from './storage.js';
export { createTimer, type Timer } from './timer.js';
export type { TuneOptions } from './tune.js';
export type {
  Activation,
  ActivationName,
  ArrayOf,
  BackwardArrays,
  BackwardOptions,
  BackwardResult,
  BackwardTensors,
  DynamicCalls,
  ForwardArrays,
  ForwardResult,
  ForwardTensors,
  GPUTensor,
  HalfBackwardArrays,
  HalfForwardArrays,
  HalfType,
  Options,
  ParameterName,
  PassOptions,
  RunOptions,
  StorageOptions,
} from './types.js';
export type { WGSLOptions } from './wgsl/embed.js';

/**
 * Requests a device (or takes yours) for the activations.
 * @throws {TypeError} for an option of no known name
 * @throws {WebGPUUnavailableError} without WebGPU or an adapter, with what to do about it
 * @example
 * const gpu = await createActivations();
 * const { y } = await gpu.forward('gelu', { x: new Float32Array([-1, 0, 1]) });
 */
export const createActivations = (options: CreateOptions = {}): Promise<Activations> =>
  openEngine(options, (...parts) => new Activations(parts));

/**
 * The same object for calls whose activation and tensors are known only while the program runs: checked then, not by types.
 * @example const { y } = await dynamic(gpu).forward(name, tensors, options);
 */
export const dynamic = (gpu: Engine<Activation>): DynamicCalls => gpu as unknown as DynamicCalls;

/** Runs activations by name. */
export class Activations extends Engine<Activation> {
  /** Use createActivations(). */
  constructor(parts: EngineParts) {
    super(parts, definitionOf);
  }

  /**
   * Statistics of x, or of y where f′ is a function of it, per channel: count, minimum, maximum, mean, variance, zeros,
   * negatives, NaN and ∞, the share of elements where f saturates, and a histogram. Reads the tensor once; the same bits on
   * every run.
   * @throws {TypeError|RangeError} `relu.statistics: expected …, got …`, before any GPU work
   * @example const { mean, saturated } = await gpu.statistics('sigmoid', { y }, { channels: 64 });
   */
  async statistics<N extends Activation>(
    name: N,
    tensors: StatisticsArrays,
    options?: Options<N> & StatisticsOptions & RunOptions,
  ): Promise<Statistics> {
    return statistics(this, name, tensors, options);
  }

  /**
   * Records the statistics of x or y into your compute pass; `readStatistics` decodes what it leaves in the buffer
   * `statistics`, of statisticsByteLength({ channels, bins }) bytes.
   * @throws {TypeError|RangeError} `relu.statistics: expected …, got …`, before anything is recorded
   * @example gpu.encodeStatistics(pass, 'relu', { y: yBuffer, statistics, length }, { channels: 64 });
   */
  encodeStatistics<N extends Activation>(
    pass: GPUComputePassEncoder,
    name: N,
    tensors: StatisticsTensors,
    options?: Options<N> & StatisticsOptions,
  ): void {
    encodeStatistics(this, pass, name, tensors, options);
  }

  /**
   * Measures which shape of kernel this adapter runs fastest, in a second or so, and uses it from here on; optional. Results
   * are the same bits for every shape.
   * @param options.storage keeps the choice by adapter (`localStorage`); without it, keep what this returns and give it to
   * createActivations({ shape }) the next time
   * @example await gpu.tune({ storage: localStorage });
   */
  async tune(options: TuneOptions = {}): Promise<Shape> {
    return tune(this, options);
  }

  /**
   * Compiles the pipelines of an activation's encode calls ahead, without blocking, both passes, apart and in place; optional.
   * @param options the options of the calls to come (a gated unit with `columns` is meant on halves too), and what else they
   * have: `bias`, tensors in an `arena`, `statistics`, and their `length`, unless short and long calls are to be ready
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`
   * @throws {ShaderCompileError} with the compiler's messages and the numbered WGSL
   * @example await gpu.prepare('swiglu', { dtype: 'f16', bias: true, channels: 4096 });
   */
  override prepare<N extends Activation>(name: N, options?: PreparedOptions<N>): Promise<void>;
  /**
   * The same for several activations, all at once; what they share is compiled once.
   * @param calls names, or pairs of a name and the options that its calls have besides `options`
   * @param options `dtype`, `length` …, and `onProgress(done, total)`, in pipelines
   * @throws {TypeError|RangeError} before anything is compiled
   * @throws {ShaderCompileError} whose message begins with the name of the pipeline, `gelu.forward f32x4`
   * @example await gpu.prepare(['gelu', ['softmax', { columns: 1024 }]], { dtype: 'f16', onProgress });
   */
  override prepare(calls: readonly Prepared[], options?: PrepareAllOptions): Promise<void>;
  override async prepare(name: Activation | readonly Prepared[], options: object = {}): Promise<void> {
    await (Array.isArray(name) ? prepareAll(this, name, options) : prepareAll(this, [[name, options] as Prepared]));
  }
}

/**
 * Self-contained WGSL of one or more activations: value and derivative, each in a scalar and a vec4 form, with the math they
 * need once. For gelu: `activation_gelu(x: f32) -> f32`, `activation_gelu_derivative`, `activation_gelu_vec4(x: vec4<f32>)`,
 * `activation_gelu_derivative_vec4`. Hyper-parameters follow x as the functions declare them: `f32`, x's type, or `vec2<f32>`
 * (high and low part of the number; `vec2(beta, 0.0)` for a float32). Accuracy is the kernels' own; see `zero`.
 * @throws {TypeError|RangeError} for an unknown name, one that is no function of x alone, or a prefix that is no identifier
 * @example const code = `${wgsl('gelu')}\n@compute … { c[i] = activation_gelu(sum + bias[column]); }`;
 */
export const wgsl = (
  names: ActivationName | Definition | readonly (ActivationName | Definition)[],
  options?: WGSLOptions,
): string => embed([names].flat().map(definitionOf), options);
