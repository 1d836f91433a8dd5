/** The public object: named tensors in, named tensors out, on arrays or recorded into the caller's compute pass. */
import { type ArrayCall, checkArrays, type Direction, noteDestroyedBuffers, tensorNames } from './arguments.js';
import { type BufferKind, BufferPool, readBuffer } from './buffers.js';
import { type ActivationName, type ParameterName, resolveActivation } from './catalogue.js';
import { Dispatcher } from './dispatch.js';
import { DeviceLostError, describe, WebGPUUnavailableError } from './errors.js';
import { hasImmediates, Pipelines } from './pipeline.js';
import { type ArrayPiece, BYTES_PER_ELEMENT, type Plan, planArrayPieces, planEncode } from './plan.js';
import { Usage } from './usage.js';

export interface CreateOptions {
  /** Your own device; it stays yours. Without it a device is requested and destroyed by dispose(). */
  readonly device?: GPUDevice;
  /** Where to ask for an adapter; default `navigator.gpu`. In Node: `create([])` of the npm package `webgpu`. */
  readonly gpu?: GPU;
  readonly powerPreference?: GPUPowerPreference;
  readonly forceFallbackAdapter?: boolean;
}

/** A tensor in a pipeline: a whole buffer, or a range of one in bytes. */
export type GPUTensor = GPUBuffer | { readonly buffer: GPUBuffer; readonly offset?: number; readonly size?: number };

/** Hyper-parameters by name, and the [outer, channels, inner] layout of a learned weight. */
export type Options<N extends ActivationName = ActivationName> = { readonly [P in ParameterName<N>]?: number } & {
  readonly channels?: number;
  readonly inner?: number;
};

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Elements done and in all, after each piece of a long array. */
  readonly onProgress?: (done: number, total: number) => void;
}

type Input<T> = { readonly x: T };
type InputOrOutput<T> = { readonly x: T; readonly y?: undefined } | { readonly y: T; readonly x?: undefined };
type Weighted<N, T> = N extends 'prelu' ? { readonly weight: T } : unknown;

export type ForwardArrays<N> = Input<Float32Array> & Weighted<N, Float32Array>;
export type BackwardArrays<N> = InputOrOutput<Float32Array> & { readonly dy: Float32Array } & Weighted<N, Float32Array>;
export type BackwardResult<N> = { dx: Float32Array<ArrayBuffer> } & (N extends 'prelu'
  ? { dWeight: Float32Array<ArrayBuffer> }
  : unknown);

export type ForwardTensors<N> = Input<GPUTensor> & { readonly y: GPUTensor; readonly length: number } & Weighted<
    N,
    GPUTensor
  >;
export type BackwardTensors<N> = InputOrOutput<GPUTensor> & {
  readonly dy: GPUTensor;
  readonly dx: GPUTensor;
  readonly length: number;
} & (N extends 'prelu' ? { readonly weight: GPUTensor; readonly dWeight: GPUTensor } : unknown);

/** Elements of one piece of an array call: upload, compute and readback of two pieces overlap. */
const PIECE_ELEMENTS = 2 ** 23;
const PIECES_IN_FLIGHT = 2;

/**
 * Requests a device (or takes yours) for the activations.
 * @throws {WebGPUUnavailableError} without WebGPU or an adapter, with what to do about it
 * @example
 * const gpu = await createActivations();
 * const { y } = await gpu.forward('gelu', { x: new Float32Array([-1, 0, 1]) });
 */
export async function createActivations(options: CreateOptions = {}): Promise<Activations> {
  const gpu = options.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  if (options.device) return new Activations(options.device, false, gpu?.wgslLanguageFeatures);
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
  return new Activations(device, true, gpu.wgslLanguageFeatures);
}

export class Activations {
  readonly #pipelines: Pipelines;
  readonly #dispatcher: Dispatcher;
  readonly #pool: BufferPool;
  #unusable: (() => Error) | undefined;

  /** Use createActivations(). */
  constructor(
    readonly device: GPUDevice,
    private readonly ownsDevice: boolean,
    languageFeatures?: ReadonlySet<string>,
  ) {
    if (typeof device?.createComputePipelineAsync !== 'function')
      throw new TypeError(`createActivations: expected device to be a GPUDevice, got ${describe(device)}`);
    this.#pipelines = new Pipelines(device, hasImmediates(device, languageFeatures));
    this.#dispatcher = new Dispatcher(device, this.#pipelines);
    this.#pool = new BufferPool(device);
    const probe = device.createBuffer({ label: 'probe', size: 4, usage: Usage.STORAGE });
    noteDestroyedBuffers(Object.getPrototypeOf(probe));
    probe.destroy();
    device.lost.then(({ reason, message }) => {
      this.#unusable ??= () =>
        new DeviceLostError(`device: expected a live device, got a lost one (${reason}): ${message}`);
    });
  }

  /**
   * y = f(x) on arrays, in one call of any length; the arrays are read, never written.
   * @param options hyper-parameters (`alpha`, `beta`, …), `channels` and `inner` of a learned weight, `signal`, `onProgress`
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`, before any GPU work
   * @example const { y } = await gpu.forward('leakyRelu', { x }, { alpha: 0.2 });
   */
  async forward<N extends ActivationName>(
    name: N,
    tensors: ForwardArrays<N>,
    options?: Options<N> & RunOptions,
  ): Promise<{ y: Float32Array<ArrayBuffer> }> {
    return (await this.#run(name, 'forward', tensors, options)) as { y: Float32Array<ArrayBuffer> };
  }

  /**
   * dx = dy · f′(x) on arrays; prelu also gives dWeight. Where f′ is a function of y, `y` may be given instead of `x`.
   * @throws {TypeError|RangeError} `gelu.backward: expected …, got …`, before any GPU work
   * @example const { dx, dWeight } = await gpu.backward('prelu', { x, weight, dy }, { channels: 64 });
   */
  async backward<N extends ActivationName>(
    name: N,
    tensors: BackwardArrays<N>,
    options?: Options<N> & RunOptions,
  ): Promise<BackwardResult<N>> {
    return (await this.#run(name, 'backward', tensors, options)) as BackwardResult<N>;
  }

  /**
   * Records y = f(x) into your compute pass. Nothing is submitted, copied or waited for; y may be x's own buffer.
   * Lengths are in elements, offsets and sizes in bytes.
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`, before anything is recorded
   * @example gpu.encodeForward(pass, 'gelu', { x: xBuffer, y: yBuffer, length });
   */
  encodeForward<N extends ActivationName>(
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
  encodeBackward<N extends ActivationName>(
    pass: GPUComputePassEncoder,
    name: N,
    tensors: BackwardTensors<N>,
    options?: Options<N>,
  ): void {
    this.#encode(pass, name, 'backward', tensors, options);
  }

  /**
   * Compiles an activation's pipelines ahead, without blocking; optional.
   * @throws {ShaderCompileError} with the compiler's messages and the numbered WGSL
   */
  async prepare<N extends ActivationName>(name: N, options: Options<N> = {}): Promise<void> {
    const definition = resolveActivation(name);
    const { channels = 1, inner = 1 } = options as { channels?: number; inner?: number };
    // five rows have whole groups of four, and a rest where any length has one
    const length = channels * inner * 5;
    const tensor = (): GPUTensor => ({ usage: Usage.STORAGE, size: 2 ** 53, label: '' }) as unknown as GPUBuffer;
    const compile = ({ dispatches }: Plan) => dispatches.map(({ variant }) => this.#pipelines.prepare(variant));
    const plans = (['forward', 'backward'] as const).flatMap((direction) => {
      const { inputs, outputs } = tensorNames(definition, direction);
      const tensors = Object.fromEntries([...inputs, ...outputs].map((tensorName) => [tensorName, tensor()]));
      const over = direction === 'forward' ? { x: tensors.y } : { dy: tensors.dx };
      return [tensors, { ...tensors, ...over }].map((given) =>
        planEncode(definition, direction, { ...given, length }, options, this.device.limits),
      );
    });
    await Promise.all(plans.flatMap(compile));
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
    name: string,
    direction: Direction,
    tensors: Readonly<Record<string, unknown>>,
    options: object | undefined,
  ): void {
    if (this.#unusable) throw this.#unusable();
    const definition = resolveActivation(name);
    if (typeof pass?.dispatchWorkgroups !== 'function')
      throw new TypeError(
        `${definition.name}.${direction}: expected pass to be a GPUComputePassEncoder, got ${describe(pass)}`,
      );
    const plan = planEncode(definition, direction, tensors, options as Record<string, unknown>, this.device.limits);
    this.#dispatcher.encode(pass, plan);
  }

  async #run(
    name: string,
    direction: Direction,
    tensors: Readonly<Record<string, unknown>>,
    options: object | undefined,
  ): Promise<Record<string, Float32Array<ArrayBuffer>>> {
    if (this.#unusable) throw this.#unusable();
    const call = checkArrays(resolveActivation(name), direction, tensors, options as Record<string, unknown>);
    const { settings, length, outputs } = call;
    const results = Object.fromEntries(
      outputs.map((output) => [output, new Float32Array(output === 'dWeight' ? settings.channels : length)]),
    );
    // pieces of one channel add up here, in float64
    const weightSums = results.dWeight && new Float64Array(settings.channels);
    const largest = Math.min(PIECE_ELEMENTS, Math.floor(this.device.limits.maxBufferSize / 256) * 64);
    const inFlight: Promise<void>[] = [];
    let done = 0;
    try {
      for (const piece of planArrayPieces(length, settings, largest)) {
        settings.signal?.throwIfAborted();
        if (inFlight.length === PIECES_IN_FLIGHT) await inFlight.shift();
        const finished = this.#runPiece(call, piece, results, weightSums).then(() => {
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
    if (weightSums) results.dWeight!.set(weightSums);
    return results;
  }

  /** Uploads a piece, runs it in place, reads its results. */
  async #runPiece(
    { definition, direction, arrays, options, outputs }: ArrayCall,
    { start, count, firstChannel, channels, inner }: ArrayPiece,
    results: Record<string, Float32Array<ArrayBuffer>>,
    weightSums: Float64Array | undefined,
  ): Promise<void> {
    const { device } = this;
    const held: [BufferKind, GPUBuffer][] = [];
    const acquire = (kind: BufferKind, elementCount: number): GPUBuffer => {
      const buffer = this.#pool.acquire(kind, elementCount * BYTES_PER_ELEMENT);
      held.push([kind, buffer]);
      return buffer;
    };
    const span = (name: string): [first: number, elementCount: number] =>
      name === 'weight' || name === 'dWeight' ? [firstChannel, channels] : [start, count];
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const popErrors = async (): Promise<void> => {
      const errors = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
      const error = errors.find((found) => found !== null);
      if (error)
        throw new Error(`${definition.name}.${direction}: expected the GPU to accept the work, got: ${error.message}`);
    };
    let errors: Promise<void> | undefined;
    try {
      const tensors: Record<string, GPUBuffer> = {};
      for (const name in arrays) {
        const [first, elementCount] = span(name);
        tensors[name] = acquire('storage', elementCount);
        device.queue.writeBuffer(tensors[name], 0, arrays[name]!, first, elementCount);
      }
      if (direction === 'forward') tensors.y = tensors.x!;
      else tensors.dx = tensors.dy!;
      if (weightSums) tensors.dWeight = acquire('storage', channels);
      const layout = definition.family === 'channelwise' ? { channels, inner } : {};
      const { signal, onProgress, ...parameters } = { ...options, ...layout } as Record<string, unknown>;
      const plan = planEncode(definition, direction, { ...tensors, length: count }, parameters, device.limits);
      errors = popErrors();
      await errors;
      await Promise.all(plan.dispatches.map(({ variant }) => this.#pipelines.prepare(variant)));

      device.pushErrorScope('out-of-memory');
      device.pushErrorScope('validation');
      const encoder = device.createCommandEncoder({ label: `${definition.name}.${direction}` });
      const pass = encoder.beginComputePass({ label: `${definition.name}.${direction}` });
      this.#dispatcher.encode(pass, plan);
      pass.end();
      const staged = outputs.map((name) => {
        const [first, elementCount] = span(name);
        const staging = acquire('staging', elementCount);
        encoder.copyBufferToBuffer(tensors[name]!, 0, staging, 0, elementCount * BYTES_PER_ELEMENT);
        return { name, staging, first, elementCount };
      });
      device.queue.submit([encoder.finish()]);
      errors = popErrors();
      await errors;
      for (const { name, staging, first, elementCount } of staged) {
        if (name !== 'dWeight') await readBuffer(staging, results[name]!.subarray(first, first + elementCount));
        else {
          const sums = new Float32Array(elementCount);
          await readBuffer(staging, sums);
          for (let channel = 0; channel < elementCount; channel++) weightSums![first + channel]! += sums[channel]!;
        }
      }
    } catch (error) {
      if (!errors) await popErrors().catch(() => undefined);
      throw this.#unusable?.() ?? error;
    } finally {
      if (this.#unusable) for (const [, buffer] of held) buffer.destroy();
      else for (const [kind, buffer] of held) this.#pool.release(kind, buffer);
    }
  }
}
