/** Times what is recorded into one compute pass. */

/** Nanoseconds of a span. */
export interface Span {
  /** From submission until the queue is done. */
  readonly wall: number;
  /** By the GPU's own clock, where the device has timestamp-query. */
  readonly gpu?: number;
}

export class Clock {
  readonly #querySet: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;
  readonly #staging: GPUBuffer | undefined;

  constructor(private readonly device: GPUDevice) {
    if (!device.features.has('timestamp-query')) return;
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    this.#querySet = device.createQuerySet({ label: 'clock', type: 'timestamp', count: 2 });
    this.#resolved = device.createBuffer({ label: 'timestamps', size: 16, usage: QUERY_RESOLVE | COPY_SRC });
    this.#staging = device.createBuffer({ label: 'timestamps read', size: 16, usage: COPY_DST | MAP_READ });
  }

  get hasTimestamps(): boolean {
    return this.#querySet !== undefined;
  }

  async measure(record: (pass: GPUComputePassEncoder) => void): Promise<Span> {
    const { device } = this;
    const querySet = this.#querySet;
    const begin = performance.now();
    const encoder = device.createCommandEncoder({ label: 'bench' });
    const timestampWrites = querySet && { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
    const pass = encoder.beginComputePass({ label: 'bench', ...(timestampWrites && { timestampWrites }) });
    record(pass);
    pass.end();
    if (querySet) {
      encoder.resolveQuerySet(querySet, 0, 2, this.#resolved!, 0);
      encoder.copyBufferToBuffer(this.#resolved!, 0, this.#staging!, 0, 16);
    }
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    const wall = (performance.now() - begin) * 1e6;
    if (!querySet) return { wall };
    await this.#staging!.mapAsync(GPUMapMode.READ);
    const [start, end] = new BigUint64Array(this.#staging!.getMappedRange().slice(0));
    this.#staging!.unmap();
    // A GPU that changes its clock's frequency inside the pass may answer nonsense; the wall is then all there is.
    const gpu = Number(end! - start!);
    return gpu > 0 ? { wall, gpu } : { wall };
  }

  destroy(): void {
    this.#querySet?.destroy();
    this.#resolved?.destroy();
    this.#staging?.destroy();
  }
}
