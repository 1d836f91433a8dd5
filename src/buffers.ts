/** Device memory of array calls: pooled, so that a thousand calls allocate as little as one. */
import { type ElementArray, wholeWords } from './storage.js';
import { MAP_READ, Usage } from './usage.js';

export type BufferKind = 'storage' | 'staging';
const USAGES: Record<BufferKind, number> = {
  storage: Usage.STORAGE | Usage.COPY_SRC | Usage.COPY_DST,
  staging: Usage.MAP_READ | Usage.COPY_DST,
};

/** Idle memory kept for the next call; more is destroyed. */
const KEPT_BYTES = 256 * 2 ** 20;

export class BufferPool {
  readonly #idle = new Map<string, GPUBuffer[]>();
  #idleBytes = 0;

  /** @param label begins the buffers' labels */
  constructor(
    private readonly device: GPUDevice,
    private readonly label: string,
  ) {}

  /** A buffer of at least `byteLength` bytes: the next power of two, so that nearby lengths share it. */
  acquire(kind: BufferKind, byteLength: number): GPUBuffer {
    const size = Math.min(
      2 ** Math.ceil(Math.log2(Math.max(byteLength, 256))),
      Math.max(byteLength, this.device.limits.maxBufferSize),
    );
    const idle = this.#idle.get(`${kind} ${size}`)?.pop();
    if (!idle) return this.device.createBuffer({ label: `${this.label}array ${kind}`, size, usage: USAGES[kind] });
    this.#idleBytes -= size;
    return idle;
  }

  /** Gives a buffer back; its queued work may go on, since later work is queued behind it. */
  release(kind: BufferKind, buffer: GPUBuffer): void {
    if (this.#idleBytes + buffer.size > KEPT_BYTES) {
      buffer.destroy();
      return;
    }
    const key = `${kind} ${buffer.size}`;
    const idle = this.#idle.get(key);
    if (idle) idle.push(buffer);
    else this.#idle.set(key, [buffer]);
    this.#idleBytes += buffer.size;
  }

  /** Destroys what is idle, and tells how many bytes that was. */
  trim(): number {
    const bytes = this.#idleBytes;
    for (const buffers of this.#idle.values()) for (const buffer of buffers) buffer.destroy();
    this.#idle.clear();
    this.#idleBytes = 0;
    return bytes;
  }
}

/** Waits for a staging buffer and copies its first elements to `target`. */
export async function readBuffer(staging: GPUBuffer, target: ElementArray | Uint32Array): Promise<void> {
  const { buffer, byteOffset, byteLength } = target;
  const mapped = wholeWords(byteLength);
  await staging.mapAsync(MAP_READ, 0, mapped);
  new Uint8Array(buffer, byteOffset, byteLength).set(new Uint8Array(staging.getMappedRange(0, mapped), 0, byteLength));
  staging.unmap();
}

/** The array's bytes, copied where a queue does not take them: browsers refuse resizable memory, Dawn in Node dies of shared. */
function bytesOf({ buffer, byteOffset, byteLength }: ElementArray): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  const { resizable } = buffer as { resizable?: boolean };
  const isPlain = Object.prototype.toString.call(buffer) === '[object ArrayBuffer]' && !resizable;
  return isPlain ? bytes : bytes.slice();
}

/** Queues the write of an array to the beginning of a buffer, in whole words: zeros fill the last. */
export function writeArray(device: GPUDevice, buffer: GPUBuffer, array: ElementArray): void {
  const source = bytesOf(array);
  const whole = source.byteLength - (source.byteLength % 4);
  device.queue.writeBuffer(buffer, 0, source, 0, whole);
  if (whole === source.byteLength) return;
  const rest = new Uint8Array(4);
  rest.set(source.subarray(whole));
  device.queue.writeBuffer(buffer, whole, rest);
}
