/** The object that runs activations: named tensors in, named tensors out, on arrays or recorded into the caller's compute pass. */
import { runArrays } from './arrays.js';
import { BufferPool } from './buffers.js';
import { checkArrays, checkEncode, checkPass } from './call.js';
import type { Definition } from './definition.js';
import { type Loss, lossOf, lostError, reasonOf, sharedOf } from './device.js';
import { record } from './dispatch.js';
import { type Disposing, endWithUsing } from './disposing.js';
import { fail, failType, WebGPUUnavailableError } from './errors.js';
import type { Direction } from './forms.js';
import { type Internals, registerInternals } from './internals.js';
import { checkOptionNames, checkRunOptions } from './options.js';
import { hasImmediates } from './pipeline.js';
import { isShape, type Limits, limitsOf, planCall, type Shape } from './plan/index.js';
import { type PrepareOptions, variantsOf } from './prepare.js';
import { Repeats } from './repeats.js';
import type { ElementArray, StorageType } from './storage.js';
import type {
  Activation,
  ArrayOf,
  BackwardArrays,
  BackwardOptions,
  BackwardResult,
  BackwardTensors,
  ForwardArrays,
  ForwardResult,
  ForwardTensors,
  Options,
  PassOptions,
  RunOptions,
  StorageOptions,
} from './types.js';

/** What `createActivations` may be given. */
export interface CreateOptions {
  /** Your own device; it stays yours. Without it a device is requested and destroyed by dispose(). */
  readonly device?: GPUDevice;
  /** Where to ask for an adapter; default `navigator.gpu`. In Node: `create([])` of the npm package `webgpu`. */
  readonly gpu?: GPU;
  readonly powerPreference?: GPUPowerPreference;
  readonly forceFallbackAdapter?: boolean;
  /** What an earlier `tune()` chose on this adapter. */
  readonly shape?: Shape;
  /** Ends the wait for an adapter and a device; without it, 30 seconds do. */
  readonly signal?: AbortSignal;
  /** What the label of every buffer, pipeline and pass begins with: `'encoder: '`, say. */
  readonly label?: string;
  /** Every dispatch lies in a debug group of its pipeline's label, for tools that capture frames; false unless given. */
  readonly debugGroups?: boolean;
}

/** A driver or a GPU process that hangs answers never. */
const DEVICE_WAIT_SECONDS = 30;

/** Waits for the platform. @throws the signal's reason, or WebGPUUnavailableError after DEVICE_WAIT_SECONDS */
async function answerOf<T>(what: string, answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let stop!: () => void;
  const end = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal!.reason);
    const late = `WebGPU: expected an answer to ${what} within ${DEVICE_WAIT_SECONDS} seconds, got none. `;
    const advice = 'The GPU process or driver hangs: restart the browser, update the driver or take another adapter.';
    const timer = setTimeout(() => reject(new WebGPUUnavailableError(late + advice)), DEVICE_WAIT_SECONDS * 1000);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  try {
    return await Promise.race([answer, end]);
  } finally {
    stop();
  }
}

/** What devices were requested from. Dawn in Node aborts the process once nobody refers to it any more. */
const inUse = new Set<GPU>();

/** What an engine is made of. */
export type EngineParts = readonly [
  device: GPUDevice,
  ownsDevice: boolean,
  languageFeatures: ReadonlySet<string> | undefined,
  shape: Shape | undefined,
  marks?: Pick<CreateOptions, 'label' | 'debugGroups'>,
];

/** Of which a device of the engine's own has all that its adapter offers. */
const LIMITS = 'maxBufferSize maxStorageBufferBindingSize maxStorageBuffersPerShaderStage maxImmediateSize'.split(' ');
const OPTIONS = 'device gpu powerPreference forceFallbackAdapter shape signal label debugGroups'.split(' ');

/**
 * Requests a device, or takes the caller's, for an engine.
 * @param more names of options that the caller has used itself
 * @throws {TypeError} for an option of no known name
 * @throws {WebGPUUnavailableError} without WebGPU or an adapter, with what to do about it
 */
export async function openEngine<E>(
  options: CreateOptions,
  create: (...parts: EngineParts) => E,
  more: readonly string[] = [],
): Promise<E> {
  checkOptionNames('createActivations', options, [...OPTIONS, ...more]);
  const gpu = options.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  checkRunOptions('createActivations', options);
  if (options.device) return create(options.device, false, gpu?.wgslLanguageFeatures, options.shape, options);
  if (!gpu?.requestAdapter)
    throw new WebGPUUnavailableError(
      'WebGPU: expected navigator.gpu, got none. Use a browser with WebGPU (Chrome or Edge 113, Safari 26, Firefox 141 or newer) ' +
        'over https or localhost; in Node pass { gpu: create([]) } of the npm package webgpu.',
    );
  const { powerPreference, forceFallbackAdapter, signal } = options;
  const wanted = { powerPreference, forceFallbackAdapter } as GPURequestAdapterOptions;
  const adapter = await answerOf('requestAdapter', gpu.requestAdapter(wanted), signal);
  if (!adapter)
    throw new WebGPUUnavailableError(
      'WebGPU: expected an adapter, got none. Update the graphics driver (Linux: a Vulkan driver); headless Chrome on Linux wants ' +
        '--enable-unsafe-webgpu, and for software --use-webgpu-adapter=swiftshader.',
    );
  inUse.add(gpu);
  const offered = adapter.limits as unknown as Readonly<Record<string, number | undefined>>;
  const features = ['timestamp-query', 'shader-f16', 'subgroups'] as GPUFeatureName[];
  const requested = adapter.requestDevice({
    label: `${options.label ?? ''}webgpu-activations`,
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(LIMITS.filter((name) => offered[name]).map((name) => [name, offered[name]!])),
  });
  const device = await answerOf('requestDevice', requested, signal).catch((error) => {
    requested.then((late) => late.destroy()).catch(() => undefined); // nobody else knows of it
    throw error;
  });
  try {
    return create(device, true, gpu.wgslLanguageFeatures, options.shape, options);
  } catch (error) {
    device.destroy(); // nobody else knows of it
    throw error;
  }
}

// biome-ignore lint/correctness/noUnusedVariables: a merged declaration has the type parameters of the class
export interface Engine<K extends Activation = Definition> extends Disposing {}

/**
 * The passes of activations on one device, for arrays and for buffers; from `createActivations`.
 * @typeParam K what its calls may name: definitions, or names of the catalogue too
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: it has them, under names that the compiler may not know
export class Engine<K extends Activation = Definition> {
  /** Undefined once disposed. */
  #internals: Internals | undefined;
  readonly #loss: Loss;
  #repeats = new Repeats();
  #limits: Limits;

  /** Use createActivations(). */
  constructor(
    [device, ownsDevice, languageFeatures, shape, { label = '', debugGroups = false } = {}]: EngineParts,
    private readonly resolve: (name: unknown) => Definition,
  ) {
    if (typeof device?.createComputePipelineAsync !== 'function')
      failType('createActivations', 'device to be a GPUDevice', device);
    if (shape !== undefined && !isShape(shape, device.limits))
      fail('createActivations', 'shape to be what tune() gave on this adapter', JSON.stringify(shape));
    endWithUsing(this);
    this.device = device;
    this.#ownsDevice = ownsDevice;
    this.#limits = { ...limitsOf(device, languageFeatures), shape };
    this.#loss = lossOf(device);
    this.#internals = {
      device,
      label,
      ...sharedOf(device, hasImmediates(device, languageFeatures), label, debugGroups),
      pool: new BufferPool(device, label),
      resolve,
      limits: () => this.#limits,
      setShape: (chosen) => {
        this.#limits = { ...this.#limits, shape: chosen };
        this.#repeats = new Repeats();
      },
      unusable: () => this.#unusable(),
      explained: (work, signal) => this.#explained(work, signal),
    };
    registerInternals(this, () => this.#use());
  }

  /** The device that runs the calls: yours, or the one that was requested. */
  readonly device: GPUDevice;
  readonly #ownsDevice: boolean;

  /**
   * y = f(x), or f(gate) · up, on arrays, in one call of any length. y is of x's kind: float16 and bfloat16 are computed in
   * float32 and rounded to nearest, ties to even. An array y that is given is written and returned; of a call that fails, it
   * may hold a part. It may be x itself, but overlap no tensor otherwise.
   * @param options hyper-parameters (`alpha`, `beta`, …), `channels` and `inner` of learned parameters, `columns` of rows, `dtype`,
   * `signal`, `onProgress`, `timer`
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`, before any GPU work
   * @example const { y } = await gpu.forward('leakyRelu', { x }, { alpha: 0.2 });
   */
  async forward<
    N extends K,
    D extends StorageType = 'f32',
    G extends ForwardArrays<N, ArrayOf<D>> = ForwardArrays<N, ArrayOf<D>>,
  >(name: N, tensors: G, options?: PassOptions<N> & StorageOptions<D> & RunOptions): Promise<ForwardResult<N, G>> {
    return (await this.#run(name, 'forward', tensors, options)) as unknown as ForwardResult<N, G>;
  }

  /**
   * dx = dy · f′(x) on arrays, and the gradients of learned parameters and of a bias; dGate and dUp of a gate. Where f′ is a
   * function of y, `y` may be given instead of `x`. Results are of the arrays' kind, gradients of learned parameters float32.
   * A gradient that is given as an array is written and returned, as y of forward; with `accumulate` it is added to, in a new
   * array. One that is `false` is not computed; not all of them may be.
   * @throws {TypeError|RangeError} `gelu.backward: expected …, got …`, before any GPU work
   * @example const { dx, dWeight } = await gpu.backward('prelu', { x, weight, dy }, { channels: 64 });
   */
  async backward<
    N extends K,
    D extends StorageType = 'f32',
    C extends boolean = false,
    G extends BackwardArrays<N, ArrayOf<D>, C> = BackwardArrays<N, ArrayOf<D>, C>,
  >(
    name: N,
    tensors: G,
    options?: PassOptions<N> & StorageOptions<D> & BackwardOptions<C> & RunOptions,
  ): Promise<BackwardResult<N, G>> {
    return (await this.#run(name, 'backward', tensors, options)) as unknown as BackwardResult<N, G>;
  }

  /**
   * Records y = f(x) into your compute pass. Nothing is submitted, copied or waited for; y may be x's own range, or another
   * one of its buffer. Lengths are in elements, offsets and sizes in bytes.
   *
   * Leaves its own pipeline and bind group 0 set in the pass and, on devices with immediate data, its bytes 0 to 63; WebGPU
   * cannot tell what was there before. Set yours again before your next dispatch; other bind groups are not touched.
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`, before anything is recorded. A destroyed or mapped
   * buffer is a validation error of WebGPU at submit, with the buffer's label
   * @throws {DeviceLostError} on a device that was lost
   * @example gpu.encodeForward(pass, 'gelu', { x: xBuffer, y: yBuffer, length });
   */
  encodeForward<N extends K>(
    pass: GPUComputePassEncoder,
    name: N,
    tensors: ForwardTensors<N>,
    options?: Options<N>,
  ): void {
    this.#encode(pass, name, 'forward', tensors, options);
  }

  /**
   * Records dx = dy · f′(x) into your compute pass, for a gated unit dGate and dUp; dWeight with a weight, dBias with a bias.
   * Gradients nobody wants may be left out, but not all of them. In place: dx may be dy's range, x's or the saved y's, dGate
   * gate's and dUp up's. It leaves in the pass what encodeForward leaves.
   * @throws {TypeError|RangeError} `gelu.backward: expected …, got …`, before anything is recorded; see encodeForward
   * @throws {DeviceLostError} on a device that was lost
   * @example gpu.encodeBackward(pass, 'gelu', { x: xBuffer, dy: dyBuffer, dx: dxBuffer, length });
   */
  encodeBackward<N extends K>(
    pass: GPUComputePassEncoder,
    name: N,
    tensors: BackwardTensors<N>,
    options?: Options<N> & BackwardOptions,
  ): void {
    this.#encode(pass, name, 'backward', tensors, options);
  }

  /**
   * Compiles the pipelines of an activation's encode calls ahead, without blocking, both passes, apart and in place; optional.
   * @param options the options of the calls to come (a gated unit with `columns` is meant on halves too), and what else they
   * have: `bias`, other `tensors`, and their `length`, unless short and long calls are to be ready
   * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`
   * @throws {ShaderCompileError} with the compiler's messages and the numbered WGSL
   * @example await gpu.prepare('swiglu', { dtype: 'f16', bias: true, channels: 4096 });
   */
  async prepare<N extends K>(name: N, options?: Options<N> & BackwardOptions & PrepareOptions): Promise<void> {
    const { pipelines } = this.#use();
    const variants = variantsOf(this.resolve(name), options as object, this.#limits);
    await this.#explained(() => Promise.all(variants.map((variant) => pipelines.prepare(variant))));
  }

  /** Destroys the memory that earlier array calls left for later ones, 256 MiB at most, and gives its bytes. */
  trim(): number {
    return this.#use().pool.trim();
  }

  /**
   * Ends this object: further calls throw. Its memory for array calls is destroyed, and the device if it was requested here.
   * On a device of yours, commands that were recorded and not submitted yet stay valid: what they use is left to the
   * garbage collector.
   */
  dispose(): void {
    this.#internals?.pool.trim();
    this.#internals = undefined;
    this.#repeats = new Repeats();
    if (this.#ownsDevice) this.device.destroy();
  }

  #unusable(): Error | undefined {
    if (!this.#internals) return new Error('activations: expected a live object, got a disposed one');
    return lostError(this.#loss);
  }

  #use(): Internals {
    const error = this.#unusable();
    if (error) throw error;
    return this.#internals!;
  }

  /** Waits for work of the GPU. @throws what it throws, but for a DeviceLostError where that is the reason */
  async #explained<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw signal && error === signal.reason ? error : (this.#unusable() ?? (await reasonOf(this.device, error)));
    }
  }

  #encode(
    pass: GPUComputePassEncoder,
    name: Activation,
    direction: Direction,
    tensors: object,
    options: object | undefined,
  ): void {
    if (!this.#internals || this.#loss.info) throw this.#unusable();
    const { dispatcher } = this.#internals;
    const given = tensors as Record<string, unknown>;
    const call = { name, direction, tensors: given, options: options as Record<string, unknown> | undefined };
    const known = typeof pass?.dispatchWorkgroups === 'function' && tensors && this.#repeats.find(call);
    if (known) {
      record(pass, known);
      return;
    }
    const definition = this.resolve(name);
    checkPass(`${definition.name}.${direction}`, pass);
    const checked = checkEncode(
      definition,
      direction,
      given,
      call.options,
      this.#limits.minStorageBufferOffsetAlignment,
    );
    this.#repeats.keep(call, dispatcher.encode(pass, planCall(checked.call, this.#limits), checked.ranges));
  }

  async #run(
    name: Activation,
    direction: Direction,
    given: object,
    options: object | undefined,
  ): Promise<Record<string, ElementArray>> {
    const internals = this.#use();
    const call = checkArrays(
      this.resolve(name),
      direction,
      given as Record<string, unknown>,
      options as Record<string, unknown>,
    );
    return this.#explained(() => runArrays(internals, call), call.run.signal);
  }
}
