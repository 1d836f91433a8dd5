export interface PassTime {
  /** Of one dispatch: the median of several spans. */
  readonly nanoseconds: number;
  /** The GPU's own clock, or the wall's from submission until the queue is done. */
  readonly clock: 'timestamp-query' | 'wall';
}

const spanNanoseconds = 20e6;
const spanCount = 3;
const maximumRepeats = 200;

/** Times what `encode` records into a compute pass; warms up first, so compilation and first touches do not count. */
export async function timePass(device: GPUDevice, encode: (pass: GPUComputePassEncoder) => void): Promise<PassTime> {
  const clock = new SpanClock(device, encode);
  try {
    await clock.measure(1);
    const single = await clock.measure(1);
    // One dispatch may be shorter than the clock's step.
    const repeats = Math.min(Math.max(Math.ceil(spanNanoseconds / single), 1), maximumRepeats);
    const spans = repeats === 1 ? [single] : [];
    while (spans.length < spanCount) spans.push((await clock.measure(repeats)) / repeats);
    const median = spans.sort((a, b) => a - b)[Math.floor(spanCount / 2)]!;
    return { nanoseconds: median, clock: clock.kind };
  } finally {
    clock.destroy();
  }
}

class SpanClock {
  readonly kind: PassTime['clock'];
  readonly #querySet: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;
  readonly #staging: GPUBuffer | undefined;

  constructor(
    private readonly device: GPUDevice,
    private readonly encode: (pass: GPUComputePassEncoder) => void,
  ) {
    this.kind = device.features.has('timestamp-query') ? 'timestamp-query' : 'wall';
    if (this.kind === 'wall') return;
    this.#querySet = device.createQuerySet({ label: 'timing', type: 'timestamp', count: 2 });
    const usage = GPUBufferUsage;
    this.#resolved = device.createBuffer({
      label: 'timestamps',
      size: 16,
      usage: usage.QUERY_RESOLVE | usage.COPY_SRC,
    });
    this.#staging = device.createBuffer({ label: 'timestamps read', size: 16, usage: usage.COPY_DST | usage.MAP_READ });
  }

  /** @returns nanoseconds of `repeats` dispatches in one pass */
  async measure(repeats: number): Promise<number> {
    const encoder = this.device.createCommandEncoder({ label: 'timing' });
    const querySet = this.#querySet;
    const timestampWrites = querySet && { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
    const pass = encoder.beginComputePass({ label: 'timing', ...(timestampWrites && { timestampWrites }) });
    for (let repeat = 0; repeat < repeats; repeat++) this.encode(pass);
    pass.end();
    if (querySet) {
      encoder.resolveQuerySet(querySet, 0, 2, this.#resolved!, 0);
      encoder.copyBufferToBuffer(this.#resolved!, 0, this.#staging!, 0, 16);
    }
    const start = performance.now();
    this.device.queue.submit([encoder.finish()]);
    await this.device.queue.onSubmittedWorkDone();
    const wall = (performance.now() - start) * 1e6;
    return querySet ? this.#read() : wall;
  }

  async #read(): Promise<number> {
    await this.#staging!.mapAsync(GPUMapMode.READ);
    const [begin, end] = new BigUint64Array(this.#staging!.getMappedRange());
    this.#staging!.unmap();
    return Number(end! - begin!);
  }

  destroy(): void {
    this.#querySet?.destroy();
    this.#resolved?.destroy();
    this.#staging?.destroy();
  }
}
