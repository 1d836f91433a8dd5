/** How long the GPU takes for the passes of a call, by its own clock. */
import { type Disposing, endWithUsing } from './disposing.js';
import { fail } from './errors.js';
import { type Internals, internalsOf } from './internals.js';
import { checkInteger, checkOptionNames, type PassTimer } from './options.js';
import { Usage } from './usage.js';

const BYTES = 8;
const QUERY_RESOLVE = 0x200;
/** WebGPU's limit of queries in a set. */
const MOST_PASSES = 2048;

export interface Timer extends Disposing {}

/** Times compute passes: those of array calls, and your own; from `createTimer`. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: it has them, under names that the compiler may not know
export class Timer implements PassTimer {
  readonly #gpu: object;
  readonly #passes: number;
  readonly #querySet: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  #count = 0;
  #isDisposed = false;

  /** Use createTimer(). */
  constructor(gpu: object, passes: number) {
    const { device, label: owner } = internalsOf('createTimer', gpu);
    this.#gpu = gpu;
    this.#passes = passes;
    const label = `${owner}timer`;
    const size = 2 * BYTES * passes;
    this.#querySet = device.createQuerySet({ label, type: 'timestamp', count: 2 * passes });
    this.#resolved = device.createBuffer({ label, size, usage: QUERY_RESOLVE | Usage.COPY_SRC });
    this.#staging = device.createBuffer({ label, size, usage: Usage.COPY_DST | Usage.MAP_READ });
    endWithUsing(this);
  }

  /**
   * The timestamps of one more pass, for `beginComputePass`; array calls that are given the timer ask for them themselves.
   * @throws {RangeError} for more passes than the timer was made for since the last read()
   * @example const pass = encoder.beginComputePass({ timestampWrites: timer.timestampWrites() });
   */
  timestampWrites(): GPUComputePassTimestampWrites {
    this.#internals();
    if (this.#count === this.#passes) fail('timer', `at most ${this.#passes} passes before read()`, 'one more');
    const index = 2 * this.#count++;
    return { querySet: this.#querySet, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 };
  }

  /**
   * Waits for the passes since the last read, which must be submitted, and gives the nanoseconds of each, in their order. A
   * browser may round them (Chrome: to 100 µs). One call at a time.
   * @throws {DeviceLostError} where the device was lost meanwhile
   */
  async read(): Promise<Float64Array<ArrayBuffer>> {
    const { device, explained } = this.#internals();
    const count = this.#count;
    this.#count = 0;
    if (!count) return new Float64Array();
    const bytes = 2 * BYTES * count;
    const encoder = device.createCommandEncoder({ label: this.#querySet.label });
    encoder.resolveQuerySet(this.#querySet, 0, 2 * count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await explained(() => this.#staging.mapAsync(Usage.MAP_READ, 0, bytes));
    const times = new BigUint64Array(this.#staging.getMappedRange(0, bytes).slice(0));
    this.#staging.unmap();
    return Float64Array.from({ length: count }, (_, pass) => Number(times[2 * pass + 1]! - times[2 * pass]!));
  }

  /** Destroys what the timer made. */
  dispose(): void {
    this.#isDisposed = true;
    for (const each of [this.#querySet, this.#resolved, this.#staging]) each.destroy();
  }

  /** @throws {Error} once the timer or its Activations object is of no use */
  #internals(): Internals {
    if (this.#isDisposed) throw new Error('timer: expected a live object, got a disposed one');
    return internalsOf('timer', this.#gpu);
  }
}

/**
 * Times what the GPU does in array calls, or in your own compute passes, by its clock.
 * @param options.passes between two reads, 1 to 2048; 64 unless given. An array call has one for each 2²³ elements or fewer
 * @throws {RangeError} on a device without the feature "timestamp-query", which a device of your own must ask for
 * @example
 * const timer = createTimer(gpu);
 * const { y } = await gpu.forward('gelu', { x }, { timer });
 * const [nanoseconds] = await timer.read();
 */
export function createTimer(gpu: object, options: { readonly passes?: number } = {}): Timer {
  const { device } = internalsOf('createTimer', gpu);
  checkOptionNames('createTimer', options, ['passes']);
  const { passes = 64 } = options;
  checkInteger('createTimer', 'passes', passes, [1, MOST_PASSES]);
  if (!device.features.has('timestamp-query'))
    fail('createTimer', 'a device with the feature "timestamp-query"', 'one without');
  return new Timer(gpu, passes);
}
