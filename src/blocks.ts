/** Blocks of constants that shaders read, many in a buffer: parameters on a device without immediate data, settings. */
import { forgetOldest } from './caches.js';
import { Usage } from './usage.js';

const SLAB_BYTES = 64 * 1024;
/** Blocks kept by content; they lie in three slabs at most. */
const KEPT = 512;

export class Blocks {
  readonly #kept = new Map<string, GPUBufferBinding>();
  readonly #alignment: number;
  #slab: GPUBuffer | undefined;
  #used = 0;

  constructor(
    private readonly device: GPUDevice,
    private readonly label: string,
  ) {
    const { minUniformBufferOffsetAlignment, minStorageBufferOffsetAlignment } = device.limits;
    this.#alignment = Math.max(minUniformBufferOffsetAlignment, minStorageBufferOffsetAlignment);
  }

  /**
   * Where a block lies. A place is written once, before any command names it, and never again: commands that were not
   * submitted yet may name any of them. For the same reason a full slab is dropped, never destroyed.
   */
  of(content: ArrayBuffer): GPUBufferBinding {
    const key = new Uint32Array(content).join();
    const known = this.#kept.get(key);
    if (known) return known;
    const size = content.byteLength;
    if (!this.#slab || this.#used + size > this.#slab.size) {
      const usage = Usage.UNIFORM | Usage.STORAGE | Usage.COPY_DST;
      this.#slab = this.device.createBuffer({
        label: `${this.label}parameters`,
        size: Math.max(SLAB_BYTES, size),
        usage,
      });
      this.#used = 0;
    }
    const place = { buffer: this.#slab, offset: this.#used, size };
    this.device.queue.writeBuffer(place.buffer, place.offset, content);
    this.#used += Math.ceil(size / this.#alignment) * this.#alignment;
    forgetOldest(this.#kept, KEPT);
    this.#kept.set(key, place);
    return place;
  }
}
