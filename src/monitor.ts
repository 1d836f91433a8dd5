/** Watches training for units that no longer learn: dead ReLUs, saturated sigmoids and tanhs. */
import { readBuffer } from './buffers.js';
import { checkPass } from './call.js';
import { resolveParameters } from './definition.js';
import { type Disposing, endWithUsing } from './disposing.js';
import { fail, failType } from './errors.js';
import { internalsOf } from './internals.js';
import { checkDtype, checkInteger, checkObject, checkOptionNames, checkThreshold } from './options.js';
import { checkBatch, checkBatchLength, type MonitorSettings, monitorByteLength, planMonitor } from './plan/monitor.js';
import { scoped } from './scope.js';
import type { StorageType } from './storage.js';
import type { Activation, GPUTensor } from './types.js';
import { Usage } from './usage.js';

/** What `createDeadUnitMonitor` may be given. */
export interface DeadUnitMonitorOptions {
  /** Units: y is row-major [examples, channels, inner]. */
  readonly channels: number;
  /** Elements of a unit within one example (a feature map's pixels); default 1. */
  readonly inner?: number;
  /** Batches that a unit must have been idle for, in a row, to count. */
  readonly window: number;
  /** 'dead' (default): y is zero. 'saturation': |f′| is small, so that hardly any gradient passes. */
  readonly kind?: 'dead' | 'saturation';
  /** dead: |y| up to this counts as zero, default 0. saturation: |f′| below this counts as saturated, default 0.01. */
  readonly threshold?: number;
  /** The activation that made y; default relu, for saturation sigmoid (a page of `core` gives its own). Saturation needs one whose f′ is a function of y. */
  readonly name?: Activation;
  /** Its parameters, for saturation. */
  readonly alpha?: number;
  readonly beta?: number;
  /** How y lies in memory; 'f32' unless given. */
  readonly dtype?: StorageType;
}

/** What a monitor found in its window of batches. */
export interface DeadUnitReport {
  /** Share of the units that were idle for every example of the window, 0 to 1. */
  readonly deadShare: number;
  /** Those units' indices, ascending. */
  readonly dead: number[];
  /** Batches seen so far; before `window` of them, the window is what there is. */
  readonly batches: number;
  /** watch above 20 % of the units, act above 30 %. */
  readonly verdict: 'healthy' | 'watch' | 'act';
  /** What to do about it, in words. */
  readonly advice: string;
}

const WATCH_ABOVE = 0.2;
const ACT_ABOVE = 0.3;
const OPTIONS = ['channels', 'inner', 'window', 'kind', 'threshold', 'name', 'dtype'];

const REMEDIES = {
  dead: {
    healthy: 'Nothing to do.',
    watch: 'Keep an eye on it; if the share rises, lower the learning rate.',
    act: 'Lower the learning rate; use leakyRelu or prelu, whose gradient below zero is not zero; initialise weights after He.',
  },
  saturation: {
    healthy: 'Nothing to do.',
    watch: 'Keep an eye on it; if the share rises, lower the learning rate.',
    act: 'Lower the learning rate; normalise the inputs of the layer; initialise weights after Glorot; in hidden layers use relu or leakyRelu with He initialisation instead.',
  },
} as const;

export interface DeadUnitMonitor extends Disposing {}

/** Follows batches on the GPU; from `createDeadUnitMonitor`. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: it has them, under names that the compiler may not know
export class DeadUnitMonitor {
  readonly #gpu: object;
  readonly #settings: MonitorSettings;
  readonly #window: number;
  /** Undefined once disposed. */
  #record: GPUBuffer | undefined;
  readonly #byteLength: number;

  /** Use createDeadUnitMonitor(). */
  constructor(gpu: object, settings: MonitorSettings, window: number) {
    const { device, label } = internalsOf(settings.where, gpu);
    this.#gpu = gpu;
    this.#settings = settings;
    this.#window = window;
    this.#byteLength = monitorByteLength(settings.channels);
    this.#record = device.createBuffer({
      label: label + settings.where,
      size: Math.max(this.#byteLength, 16),
      usage: Usage.STORAGE | Usage.COPY_SRC,
    });
    endWithUsing(this);
  }

  /**
   * Records a batch into your compute pass; call it once a batch, after what computes y. y is read once and kept nowhere:
   * only a number a unit stays on the GPU. It leaves in the pass what encodeForward leaves.
   * @throws {TypeError|RangeError} `relu.deadUnitMonitor: expected …, got …`, before anything is recorded
   * @example monitor.encode(pass, { y: yBuffer, length: examples * channels });
   */
  encode(pass: GPUComputePassEncoder, tensors: { readonly y: GPUTensor; readonly length: number }): void {
    const { where } = this.#settings;
    const { dispatcher, limits } = this.#internals();
    checkPass(where, pass);
    const record = { buffer: this.#record!, offset: 0, size: this.#byteLength };
    const { minStorageBufferOffsetAlignment } = limits();
    const { length, ranges } = checkBatch(this.#settings, { ...tensors }, record, minStorageBufferOffsetAlignment);
    dispatcher.encode(pass, planMonitor(this.#settings, length, limits()), ranges);
  }

  /**
   * Compiles the pipelines of `encode` ahead, without blocking; optional.
   * @param length elements of y of the batches to come
   * @throws {TypeError|RangeError} `relu.deadUnitMonitor: expected …, got …`
   * @throws {ShaderCompileError} with the compiler's messages and the numbered WGSL
   */
  async prepare(length: number): Promise<void> {
    const { pipelines, limits, explained } = this.#internals();
    const { dispatches } = planMonitor(this.#settings, checkBatchLength(this.#settings, length), limits());
    await explained(() => Promise.all(dispatches.map(({ variant }) => pipelines.prepare(variant))));
  }

  /** Waits for the batches submitted so far and says how the units are. */
  async report(): Promise<DeadUnitReport> {
    const { channels, kind, where } = this.#settings;
    const { device, label, pool, unusable, explained } = this.#internals();
    const byteLength = (1 + channels) * 4;
    const staging = pool.acquire('staging', byteLength);
    const words = new Uint32Array(1 + channels);
    let isRead = false;
    try {
      await explained(async () => {
        await scoped(device, where, () => {
          const encoder = device.createCommandEncoder({ label: label + where });
          encoder.copyBufferToBuffer(this.#record!, 0, staging, 0, byteLength);
          device.queue.submit([encoder.finish()]);
        });
        await readBuffer(staging, words);
      });
      isRead = true;
    } finally {
      if (isRead && !unusable()) pool.release('staging', staging);
      else staging.destroy();
    }
    return deadUnitReport(words, this.#window, kind);
  }

  /** Ends the monitor. Its record is left to the garbage collector: commands that were not submitted yet may name it. */
  dispose(): void {
    this.#record = undefined;
  }

  #internals(): ReturnType<typeof internalsOf> {
    const { where } = this.#settings;
    if (!this.#record) throw new Error(`${where}: expected a live monitor, got a disposed one`);
    return internalsOf(where, this.#gpu);
  }
}

/** @param words how many batches there were, then how many each unit has now been idle for in a row */
export function deadUnitReport(words: Uint32Array, window: number, kind: 'dead' | 'saturation'): DeadUnitReport {
  const batches = words[0]!;
  const channels = words.length - 1;
  const enough = Math.min(window, batches);
  const dead: number[] = [];
  for (let unit = 0; unit < channels; unit++) if (batches > 0 && words[1 + unit]! >= enough) dead.push(unit);
  const deadShare = dead.length / channels;
  const verdict = deadShare > ACT_ABOVE ? 'act' : deadShare > WATCH_ABOVE ? 'watch' : 'healthy';
  const state = kind === 'dead' ? 'dead' : 'saturated';
  const percent = (deadShare * 100).toFixed(1);
  const last = enough === 1 ? 'last batch' : `last ${enough} batches`;
  const advice = batches
    ? `${dead.length} of ${channels} units (${percent} %) were ${state} for every example of the ${last}. ${REMEDIES[kind][verdict]}`
    : 'No batch was recorded yet, so nothing is known: encode one, and submit it.';
  return { deadShare, dead, batches, verdict, advice };
}

/**
 * Follows training and tells which units were idle for every example of the last `window` batches: a dead ReLU outputs
 * zero whatever its input, so that no gradient ever reaches its weights again.
 * @throws {TypeError|RangeError} `relu.deadUnitMonitor: expected …, got …`
 * @example
 * const monitor = createDeadUnitMonitor(gpu, { channels: 256, window: 100 });
 * monitor.encode(pass, { y: yBuffer, length: examples * 256 }); // each batch
 * const { verdict, dead } = await monitor.report();
 */
export function createDeadUnitMonitor(gpu: object, options: DeadUnitMonitorOptions): DeadUnitMonitor {
  checkObject('deadUnitMonitor', 'options to be an object', options);
  const { channels, inner = 1, window, kind = 'dead', dtype = 'f32' } = options;
  if (kind !== 'dead' && kind !== 'saturation') failType('deadUnitMonitor', 'kind to be "dead" or "saturation"', kind);
  const isSaturation = kind === 'saturation';
  const { name = isSaturation ? 'sigmoid' : 'relu', threshold = isSaturation ? 0.01 : 0 } = options;
  const { device, resolve } = internalsOf('deadUnitMonitor', gpu);
  const definition = resolve(name);
  const where = `${definition.name}.deadUnitMonitor`;
  checkOptionNames(where, options, [...OPTIONS, ...Object.keys(definition.parameters)]);
  for (const [key, value] of Object.entries({ channels, inner, window })) checkInteger(where, key, value);
  checkDtype(where, definition, dtype);
  const most = Math.floor((device.limits.maxStorageBufferBindingSize / 4 - 1) / 2);
  if (channels > most) fail(where, `at most ${most} channels, whose record fits in a binding`, channels);
  checkThreshold(where, 'threshold', threshold);
  if (isSaturation && !(definition.fromY && definition.maps === 'element'))
    failType(where, 'an activation whose derivative is a function of y', definition.name);
  // an activation may have a parameter of that name
  const { threshold: _, ...given } = options as unknown as Record<string, unknown>;
  const parameters = resolveParameters(definition, given, where);
  for (const [key, value] of Object.entries(parameters))
    if (isSaturation && !(value > 0)) fail(where, `${key} > 0, so that y tells the derivative`, value);
  return new DeadUnitMonitor(gpu, { definition, parameters, kind, channels, inner, threshold, where, dtype }, window);
}
