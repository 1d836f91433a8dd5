/** What is measured: something that runs a pass, whose result can be read and checked. */
import { readBuffer, writeArray } from '../src/buffers.js';
import { fromElements, toElements } from '../src/check/half.js';
import { FLOAT_BYTES, storages, wholeWords } from '../src/storage.js';
import { Clock, type Span } from './clock.js';
import type { Timed } from './measure.js';
import { type Arrays, smallLength, type Work } from './work.js';

export interface Subject extends Timed {
  /** The results of the latest run. */
  read(): Promise<Arrays>;
  /** Arrays in, arrays out: upload, run and readback. */
  roundTrip?(): Promise<void>;
  dispose(): void;
}

/** Rotating sets are together at least this large: more than the last-level cache of most machines and GPUs. */
const ROTATED_BYTES = 128 * 2 ** 20;
const MAXIMUM_SETS = 64;

/** How many sets of tensors the runs of a span rotate among. */
export const setCountOf = ({ bytes }: Pick<Work, 'bytes'>): number =>
  Math.min(Math.max(Math.ceil(ROTATED_BYTES / bytes), 2), MAXIMUM_SETS);

/** Outputs hold this before the checked run; no activation of a normal random number gives it. */
export const POISON = -123456.75;

/** Sets of tensors on the device, all with the same inputs. */
export class Sets {
  readonly buffers: readonly Readonly<Record<string, GPUBuffer>>[];
  readonly length: number;
  /** Of four bytes, of a tensor. */
  readonly words: number;

  constructor(
    private readonly device: GPUDevice,
    readonly work: Work,
    inputs: Arrays,
  ) {
    const { length, reads, writes, smallReads, smallWrites, dtype } = work;
    const bytes = storages[dtype].byteLength;
    this.length = length;
    this.words = Math.ceil((length * bytes) / 4);
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const create = (label: string, byteLength: number) => {
      // Whole groups of four words, for kernels that load vectors only.
      const size = Math.ceil(byteLength / 16) * 16;
      return device.createBuffer({ label: `bench ${label}`, size, usage: STORAGE | COPY_SRC | COPY_DST });
    };
    this.buffers = Array.from({ length: setCountOf(work) }, () => {
      const set: Record<string, GPUBuffer> = {};
      for (const name of [...reads, ...writes]) set[name] = create(name, length * bytes);
      for (const name of [...smallReads, ...smallWrites])
        set[name] = create(name, FLOAT_BYTES * smallLength(work, name));
      return set;
    });
    const [first, ...others] = this.buffers;
    for (const name of reads) writeArray(device, first![name]!, toElements(inputs[name]!, dtype));
    for (const name of smallReads) device.queue.writeBuffer(first![name]!, 0, inputs[name]!);
    const encoder = device.createCommandEncoder({ label: 'bench sets' });
    for (const set of others)
      for (const name of [...reads, ...smallReads])
        encoder.copyBufferToBuffer(first![name]!, 0, set[name]!, 0, first![name]!.size);
    device.queue.submit([encoder.finish()]);
  }

  /** Makes the first set's outputs recognisably wrong. */
  poison(): void {
    const { writes, smallWrites, length, dtype } = this.work;
    // float16 has no such number: NaN is found out as well
    const poison = toElements(new Float32Array(length).fill(dtype === 'f32' ? POISON : Number.NaN), dtype);
    for (const name of writes) writeArray(this.device, this.buffers[0]![name]!, poison);
    for (const name of smallWrites) {
      const small = new Float32Array(smallLength(this.work, name)).fill(POISON);
      this.device.queue.writeBuffer(this.buffers[0]![name]!, 0, small);
    }
  }

  /** The first set's outputs. */
  async read(): Promise<Arrays> {
    const { writes, smallWrites, length, dtype } = this.work;
    const arrays: Record<string, Float32Array<ArrayBuffer>> = {};
    for (const name of writes) {
      const elements = dtype === 'f32' ? new Float32Array(length) : new Uint16Array(length);
      await this.#readBuffer(this.buffers[0]![name]!, elements);
      arrays[name] = fromElements(elements, dtype) as Float32Array<ArrayBuffer>;
    }
    for (const name of smallWrites) {
      arrays[name] = new Float32Array(smallLength(this.work, name));
      await this.#readBuffer(this.buffers[0]![name]!, arrays[name]);
    }
    return arrays;
  }

  async #readBuffer(buffer: GPUBuffer, target: Float32Array | Uint16Array): Promise<void> {
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    const size = wholeWords(target.byteLength);
    const staging = this.device.createBuffer({ label: 'bench read', size, usage: MAP_READ | COPY_DST });
    const encoder = this.device.createCommandEncoder({ label: 'bench read' });
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
    this.device.queue.submit([encoder.finish()]);
    await readBuffer(staging, target);
    staging.destroy();
  }

  destroy(): void {
    for (const set of this.buffers) for (const buffer of Object.values(set)) buffer.destroy();
  }
}

/** A pass recorded on the bench's own device: this library's, a hand-written kernel's. */
export class DeviceSubject implements Subject {
  readonly #clock: Clock;
  #next = 0;

  constructor(
    readonly name: string,
    device: GPUDevice,
    private readonly sets: Sets,
    private readonly encode: (pass: GPUComputePassEncoder, buffers: Readonly<Record<string, GPUBuffer>>) => void,
    readonly roundTrip?: () => Promise<void>,
  ) {
    this.#clock = new Clock(device);
  }

  span(count: number): Promise<Span> {
    return this.#clock.measure((pass) => {
      for (let run = 0; run < count; run++)
        this.encode(pass, this.sets.buffers[this.#next++ % this.sets.buffers.length]!);
    });
  }

  read(): Promise<Arrays> {
    return this.sets.read();
  }

  dispose(): void {
    this.#clock.destroy();
  }
}
