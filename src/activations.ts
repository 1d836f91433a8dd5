/** The public object: named tensors in, named tensors out, on arrays or recorded into the caller's compute pass. */
import { type ArrayCall, checkArrays, checkPass, type Direction, noteDestroyedBuffers } from './arguments.js';
import { BufferPool } from './buffers.js';
import { type Definition, resolveActivation } from './catalogue.js';
import { Dispatcher, record } from './dispatch.js';
import { DeviceLostError, describe, WebGPUUnavailableError } from './errors.js';
import { type Internals, internalsOf, registerInternals } from './internals.js';
import { runPiece } from './piece.js';
import { hasImmediates, Pipelines } from './pipeline.js';
import {
  type ArrayPiece,
  arrayShape,
  type Limits,
  largestPiece,
  limitsOf,
  planArrayPieces,
  planEncode,
  type Shape,
} from './plan/index.js';
import { type PrepareOptions, variantsOf } from './prepare.js';
import { Repeats } from './repeats.js';
import {
  encodeStatistics,
  runStatistics,
  type Statistics,
  type StatisticsArrays,
  type StatisticsOptions,
  type StatisticsTensors,
} from './statistics.js';
import { arrayOf, type ElementArray } from './storage.js';
import { chooseShape, isShape, type TuneOptions } from './tune.js';
import type {
  Activation,
  BackwardArrays,
  BackwardOptions,
  BackwardResult,
  BackwardTensors,
  ElementsOf,
  ForwardArrays,
  ForwardTensors,
  HalfBackwardArrays,
  HalfForwardArrays,
  HalfType,
  Options,
  RunOptions,
} from './types.js';
import { Usage } from './usage.js';

export interface CreateOptions {
  /** Your own device; it stays yours. Without it a device is requested and destroyed by dispose(). */
  readonly device?: GPUDevice;
  /** Where to ask for an adapter; default `navigator.gpu`. In Node: `create([])` of the npm package `webgpu`. */
  readonly gpu?: GPU;
  readonly powerPreference?: GPUPowerPreference;
  readonly forceFallbackAdapter?: boolean;
  /** What an earlier `tune()` chose on this adapter. */
  readonly shape?: Shape;
}

const PIECES_IN_FLIGHT = 2;

/** What devices were requested from. Dawn in Node aborts the process once nobody refers to it any more. */
const inUse = new Set<GPU>();

/**
 * Requests a device (or takes yours) for the activations.
 * @throws {WebGPUUnavailableError} without WebGPU or an adapter, with what to do about it
 * @example
 * const gpu = await createActivations();
 * const { y } = await gpu.forward('gelu', { x: new Float32Array([-1, 0, 1]) });
 */
export async function createActivations(options: CreateOptions = {}): Promise<Activations> {
  const gpu = options.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  if (options.device) return new Activations(options.device, false, gpu?.wgslLanguageFeatures, options.shape);
  if (!gpu)
    throw new WebGPUUnavailableError(
      'WebGPU: expected navigator.gpu, got none. Use a browser with WebGPU (Chrome or Edge 113, Safari 26, Firefox 141 or newer) ' +
        'over https or localhost; in Node install the npm package `webgpu` and pass { gpu: create([]) }.',
    );
  const { powerPreference, forceFallbackAdapter } = options;
  const adapter = await gpu.requestAdapter({
    ...(powerPreference && { powerPreference }),
    ...(forceFallbackAdapter && { forceFallbackAdapter }),
  });
  if (!adapter)
    throw new WebGPUUnavailableError(
      'WebGPU: expected an adapter, got none. Update the graphics driver (Linux: a Vulkan driver); in headless Chrome on Linux pass ' +
        '--enable-unsafe-webgpu, and --use-webgpu-adapter=swiftshader for the software adapter.',
    );
  inUse.add(gpu);
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const { maxImmediateSize } = adapter.limits as { maxImmediateSize?: number };
  const features = ['timestamp-query', 'shader-f16', 'subgroups'] as GPUFeatureName[];
  const device = await adapter.requestDevice({
    label: 'webgpu-activations',
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      maxBufferSize,
      maxStorageBufferBindingSize,
      ...(maxImmediateSize && { maxImmediateSize }),
    },
  });
  try {
    return new Activations(device, true, gpu.wgslLanguageFeatures, options.shape);
  } catch (error) {
    device.destroy(); // nobody else knows of it
    throw error;
  }
}

export class Activations {
  readonly #pipelines: Pipelines;
  readonly #dispatcher: Dispatcher;
  readonly #pool: BufferPool;
  readonly #internals: Internals;
  #repeats = new Repeats();
  #limits: Limits;
  #unusable: (() => Error) | undefined;

  /** Use createActivations(). */
  constructor(
    readonly device: GPUDevice,
    private readonly ownsDevice: boolean,
    languageFeatures?: ReadonlySet<string>,
    shape?: Shape,
  ) {
    if (typeof device?.createComputePipelineAsync !== 'function')
      throw new TypeError(`createActivations: expected device to be a GPUDevice, got ${describe(device)}`);
    this.#pipelines = new Pipelines(device, hasImmediates(device, languageFeatures));
    this.#dispatcher = new Dispatcher(device, this.#pipelines);
    this.#pool = new BufferPool(device);
    if (shape !== undefined && !isShape(shape, device.limits))
      throw new RangeError(
        `createActivations: expected shape to be what tune() gave on this adapter, got ${JSON.stringify(shape)}`,
      );
    this.#limits = { ...limitsOf(device, languageFeatures), shape };
    const probe = device.createBuffer({ label: 'probe', size: 4, usage: Usage.STORAGE });
    noteDestroyedBuffers(Object.getPrototypeOf(probe));
    probe.destroy();
    device.lost.then(({ reason, message }) => {
      this.#unusable ??= () =>
        new DeviceLostError(`device: expected a live device, got a lost one (${reason}): ${message}`);
    });
    this.#internals = {
      device,
      pipelines: this.#pipelines,
      dispatcher: this.#dispatcher,
      pool: this.#pool,
      limits: () => this.#limits,
      unusable: () => this.#unusable?.(),
    };
    registerInternals(this, this.#internals);
  }

  /**
   * y = f(x) on arrays, in one call of any length; the arrays are read, never written.
   * @param options hyper-parameters (`alpha`, `beta`, …), `channels` and `inner` of a learned weight, `dtype`, `signal`, `onProgress`
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`, before any GPU work
   * @example const { y } = await gpu.forward('leakyRelu', { x }, { alpha: 0.2 });
   */
  async forward<N extends Activation>(
    name: N,
    tensors: ForwardArrays<N>,
    options?: Options<N> & RunOptions & { readonly dtype?: 'f32' },
  ): Promise<{ y: Float32Array<ArrayBuffer> }>;
  /**
   * y = f(x) on arrays of float16 or bfloat16: float32 arithmetic, results rounded to nearest, ties to even. y is of x's kind.
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`, before any GPU work
   * @example const { y } = await gpu.forward('gelu', { x: new Float16Array([-1, 0, 1]) }, { dtype: 'f16' });
   */
  async forward<N extends Activation, G extends HalfForwardArrays<N>>(
    name: N,
    tensors: G,
    options: Options<N> & RunOptions & { readonly dtype: HalfType },
  ): Promise<{ y: ElementsOf<G> }>;
  async forward(name: Activation, tensors: object, options?: object): Promise<{ y: ElementArray }> {
    return (await this.#run(name, 'forward', tensors as Record<string, unknown>, options)) as { y: ElementArray };
  }

  /**
   * dx = dy · f′(x) on arrays; prelu also gives dWeight. Where f′ is a function of y, `y` may be given instead of `x`.
   * @throws {TypeError|RangeError} `gelu.backward: expected …, got …`, before any GPU work
   * @example const { dx, dWeight } = await gpu.backward('prelu', { x, weight, dy }, { channels: 64 });
   */
  async backward<N extends Activation, G extends BackwardArrays<N>>(
    name: N,
    tensors: G,
    options?: Options<N> & BackwardOptions & RunOptions & { readonly dtype?: 'f32' },
  ): Promise<BackwardResult<N, G>>;
  /**
   * dx = dy · f′(x) on arrays of float16 or bfloat16, all of one kind, as dx is; weight, bias and their gradients are
   * Float32Arrays.
   * @throws {TypeError|RangeError} `gelu.backward: expected …, got …`, before any GPU work
   * @example const { dx } = await gpu.backward('gelu', { x, dy }, { dtype: 'bf16' }); // Uint16Arrays of the numbers' bits
   */
  async backward<N extends Activation, G extends HalfBackwardArrays<N>>(
    name: N,
    tensors: G,
    options: Options<N> & BackwardOptions & RunOptions & { readonly dtype: HalfType },
  ): Promise<BackwardResult<N, G>>;
  async backward(name: Activation, tensors: object, options?: object): Promise<Record<string, ElementArray>> {
    return this.#run(name, 'backward', tensors as Record<string, unknown>, options);
  }

  /**
   * Records y = f(x) into your compute pass. Nothing is submitted, copied or waited for; y may be x's own buffer.
   * Lengths are in elements, offsets and sizes in bytes.
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`, before anything is recorded
   * @example gpu.encodeForward(pass, 'gelu', { x: xBuffer, y: yBuffer, length });
   */
  encodeForward<N extends Activation>(
    pass: GPUComputePassEncoder,
    name: N,
    tensors: ForwardTensors<N>,
    options?: Options<N>,
  ): void {
    this.#encode(pass, name, 'forward', tensors, options);
  }

  /**
   * Records dx = dy · f′(x), and for prelu dWeight, into your compute pass; dx may be dy's own buffer.
   * @throws {TypeError|RangeError} `gelu.backward: expected …, got …`, before anything is recorded
   * @example gpu.encodeBackward(pass, 'gelu', { x: xBuffer, dy: dyBuffer, dx: dxBuffer, length });
   */
  encodeBackward<N extends Activation>(
    pass: GPUComputePassEncoder,
    name: N,
    tensors: BackwardTensors<N>,
    options?: Options<N> & BackwardOptions,
  ): void {
    this.#encode(pass, name, 'backward', tensors, options);
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
    return runStatistics(internalsOf('statistics', this), name, tensors, options);
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
    encodeStatistics(internalsOf('statistics', this), pass, name, tensors, options);
  }

  /**
   * Compiles the pipelines of an activation's encode calls ahead, without blocking, both passes, apart and in place; optional.
   * @param options the options of the calls to come (a gated unit with `columns` is meant on halves too), and what else they
   * have: `bias`, and their `length`, unless short and long calls are to be ready
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`
   * @throws {ShaderCompileError} with the compiler's messages and the numbered WGSL
   * @example await gpu.prepare('swiglu', { dtype: 'f16', bias: true, channels: 4096 });
   */
  async prepare<N extends Activation>(name: N, options?: Options<N> & BackwardOptions & PrepareOptions): Promise<void> {
    if (this.#unusable) throw this.#unusable();
    const variants = variantsOf(resolveActivation(name), options as object, this.#limits);
    await Promise.all(variants.map((variant) => this.#pipelines.prepare(variant)));
  }

  /**
   * Measures which shape of kernel this adapter runs fastest, in a second or so, and uses it from here on; optional. Results
   * are the same bits for every shape.
   * @param options.storage keeps the choice by adapter (`localStorage`); without it, keep what this returns and give it to
   * createActivations({ shape }) the next time
   * @example await gpu.tune({ storage: localStorage });
   */
  async tune(options: TuneOptions = {}): Promise<Shape> {
    const shape = await chooseShape(internalsOf('tune', this), options);
    this.#limits = { ...this.#limits, shape };
    this.#repeats = new Repeats();
    return shape;
  }

  /** Destroys what this object made: pooled buffers, and the device if it was requested here. */
  dispose(): void {
    this.#unusable = () => new Error('activations: expected a live object, got a disposed one');
    this.#pool.dispose();
    this.#dispatcher.dispose();
    if (this.ownsDevice) this.device.destroy();
  }

  #encode(
    pass: GPUComputePassEncoder,
    name: string | Definition,
    direction: Direction,
    tensors: Readonly<Record<string, unknown>>,
    options: object | undefined,
  ): void {
    if (this.#unusable) throw this.#unusable();
    const call = { name, direction, tensors, options: options as Record<string, unknown> | undefined };
    const known = typeof pass?.dispatchWorkgroups === 'function' && tensors && this.#repeats.find(call);
    if (known) {
      record(pass, known);
      return;
    }
    const definition = resolveActivation(name);
    checkPass(`${definition.name}.${direction}`, pass);
    const plan = planEncode(definition, direction, tensors, call.options, this.#limits);
    this.#repeats.keep(call, this.#dispatcher.encode(pass, plan));
  }

  async #run(
    name: string | Definition,
    direction: Direction,
    given: Readonly<Record<string, unknown>>,
    options: object | undefined,
  ): Promise<Record<string, ElementArray>> {
    if (this.#unusable) throw this.#unusable();
    const call = checkArrays(resolveActivation(name), direction, given, options as Record<string, unknown>);
    const { tensors, arrays, kind, settings, length } = call;
    const lengths = { elements: length, channels: settings.channels, halves: 2 * length };
    // results are of the kind that the elements came in; gradients of learned parameters are float32, as those are
    const Elements = arrayOf(kind)!;
    const results: Record<string, ElementArray> = {};
    // the pieces' sums over channels add up here, in float64
    const sums: Record<string, Float64Array> = {};
    for (const output of tensors.outputs) {
      const isLearned = tensors.extent(output) === 'channels';
      results[output] = new (isLearned ? Float32Array : Elements)(lengths[tensors.extent(output)]);
      if (isLearned)
        sums[output] = settings.accumulate ? Float64Array.from(arrays[output]!) : new Float64Array(settings.channels);
    }
    const isHalves = tensors.extent(tensors.inputs[0]!) === 'halves';
    const layout = {
      length,
      row: isHalves ? settings.columns / 2 : call.definition.family === 'rowwise' ? settings.columns : 1,
      isChanneled: tensors.inputs.some((tensor) => tensors.extent(tensor) === 'channels'),
      channels: settings.channels,
      inner: settings.inner,
    };
    const inFlight: Promise<void>[] = [];
    let done = 0;
    try {
      for (const piece of planArrayPieces(layout, largestPiece(this.device.limits))) {
        settings.signal?.throwIfAborted();
        if (inFlight.length === PIECES_IN_FLIGHT) await inFlight.shift();
        const finished = this.#runPiece(call, piece, results, sums).then(() => {
          done += piece.count;
          settings.onProgress?.(done, length);
        });
        finished.catch(() => undefined); // awaited in order below; a later failure must not go unhandled meanwhile
        inFlight.push(finished);
      }
    } finally {
      await Promise.allSettled(inFlight);
    }
    await Promise.all(inFlight);
    settings.signal?.throwIfAborted();
    for (const output in sums) results[output]!.set(sums[output]!);
    return results;
  }

  /** Runs a piece, in place where the pass allows, and adds its sums to those of the others. */
  async #runPiece(
    { definition, direction, tensors, arrays, settings }: ArrayCall,
    { start, count, firstChannel, channels, inner }: ArrayPiece,
    results: Readonly<Record<string, ElementArray>>,
    sums: Readonly<Record<string, Float64Array>>,
  ): Promise<void> {
    const { accumulate, columns, dtype, gateFirst, parameters } = settings;
    const spans = {
      elements: [start, count],
      channels: [firstChannel, channels],
      halves: [2 * start, 2 * count],
    } as const;
    const partOf = (array: ElementArray, name: string): ElementArray => {
      const [first, elementCount] = spans[tensors.extent(name)];
      return array.subarray(first, first + elementCount);
    };
    const uploads: Record<string, ElementArray> = {};
    for (const name of accumulate ? [...tensors.inputs, ...tensors.outputs] : tensors.inputs)
      uploads[name] = sums[name] ? new Float32Array(channels) : partOf(arrays[name]!, name);
    const reads: Record<string, ElementArray> = {};
    for (const name of tensors.outputs)
      reads[name] = sums[name] ? new Float32Array(channels) : partOf(results[name]!, name);
    const { family } = definition;
    const isInRows = family === 'rowwise' || tensors.extent(tensors.inputs[0]!) === 'halves';
    const options = {
      ...parameters,
      ...(family !== 'rowwise' && { channels, inner }),
      ...(isInRows && { columns }),
      ...(family === 'gated' && { gateFirst }),
      ...(direction === 'backward' && { accumulate }),
      dtype,
    };
    await runPiece(this.#internals, `${definition.name}.${direction}`, {
      uploads,
      reads,
      ...(!accumulate && { inPlace: tensors.inPlace }),
      plan: (buffers) => {
        const limits = { ...this.#limits, shape: arrayShape };
        return planEncode(definition, direction, { ...buffers, length: count }, options, limits);
      },
    });
    for (const name in sums) {
      const part = reads[name]!;
      for (let channel = 0; channel < channels; channel++) sums[name]![firstChannel + channel]! += part[channel]!;
    }
  }
}
