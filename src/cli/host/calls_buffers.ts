import type { ElementArray } from '../../storage.js';

/** Bytes before and after the elements, which no call may change. */
const GUARD = 0x5a;
const GUARD_BYTES = 64;

/** A buffer with elements at an offset, and bytes around them that are watched. */
export class ByteBuffer {
  readonly binding: { readonly buffer: GPUBuffer; readonly offset: number; readonly size: number };
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(
    private readonly device: GPUDevice,
    private readonly elements: ElementArray,
    offset: number,
  ) {
    const size = Math.ceil(elements.byteLength / 4) * 4;
    this.#bytes = new Uint8Array(offset + size + GUARD_BYTES).fill(GUARD);
    this.#bytes.set(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength), offset);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ label: 'calls', size: this.#bytes.length, usage });
    device.queue.writeBuffer(buffer, 0, this.#bytes);
    this.binding = { buffer, offset, size };
  }

  /** The elements as they are now. @throws when a byte beside them was changed */
  async read(tensor: string): Promise<ElementArray> {
    const { buffer, offset } = this.binding;
    const staging = this.device.createBuffer({
      label: 'calls read',
      size: buffer.size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = this.device.createCommandEncoder({ label: 'calls read' });
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = new Uint8Array(staging.getMappedRange().slice(0));
    staging.destroy();
    const end = offset + this.elements.byteLength;
    const changed = bytes.findIndex((byte, index) => (index < offset || index >= end) && byte !== GUARD);
    if (changed >= 0) throw new Error(`expected the bytes beside ${tensor} unchanged, got byte ${changed} changed`);
    const Elements = this.elements.constructor as new (buffer: ArrayBuffer) => ElementArray;
    return new Elements(bytes.buffer.slice(offset, end));
  }

  destroy(): void {
    this.binding.buffer.destroy();
  }
}

/** Records into a compute pass of its own and submits it. */
export function submit(device: GPUDevice, record: (pass: GPUComputePassEncoder) => void): void {
  const encoder = device.createCommandEncoder({ label: 'calls' });
  const pass = encoder.beginComputePass({ label: 'calls' });
  record(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
}
