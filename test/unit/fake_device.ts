/** A GPUDevice that computes nothing, to see what the library keeps of it, destroys, and leaves unhandled. */

/** A bind group keeps its buffers, as a native one does. */
interface FakeBindGroup {
  readonly entries: readonly GPUBindGroupEntry[];
}

export class FakeBuffer {
  readonly mapState = 'unmapped';
  isDestroyed = false;
  readonly label: string;
  readonly size: number;
  readonly usage: number;
  readonly #device: FakeDevice;

  constructor(device: FakeDevice, { label = '', size, usage }: GPUBufferDescriptor) {
    this.#device = device;
    this.label = label;
    this.size = size;
    this.usage = usage;
  }
  async mapAsync(): Promise<void> {
    await this.#device.answer();
  }
  getMappedRange(offset = 0, size = this.size - offset): ArrayBuffer {
    return new ArrayBuffer(size);
  }
  unmap(): void {}
  destroy(): void {
    this.isDestroyed = true;
  }
}

const pass = { setPipeline() {}, setBindGroup() {}, setImmediates() {}, dispatchWorkgroups() {}, end() {} };

export class FakeDevice {
  readonly limits = {
    maxBufferSize: 2 ** 28,
    maxStorageBufferBindingSize: 2 ** 27,
    maxStorageBuffersPerShaderStage: 8,
    minStorageBufferOffsetAlignment: 256,
    minUniformBufferOffsetAlignment: 256,
    maxComputeWorkgroupsPerDimension: 65535,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxImmediateSize: 64,
  };
  readonly features = new Set();
  readonly adapterInfo = {};
  readonly lost: Promise<GPUDeviceLostInfo>;
  readonly buffers: FakeBuffer[] = [];
  readonly writes: { readonly buffer: GPUBuffer; readonly offset: number; readonly bytes: Uint8Array }[] = [];
  modules = 0;
  lose!: (info: Partial<GPUDeviceLostInfo>) => void;
  /** What a promise of the device waits for. */
  answer: () => Promise<void> = async () => {};

  /** @param keeps remembers the buffers made, so that a test can count them */
  constructor(private readonly keeps = true) {
    this.lost = new Promise((resolve) => {
      this.lose = (info) => resolve(info as GPUDeviceLostInfo);
    });
  }

  readonly queue = {
    writeBuffer: (buffer: GPUBuffer, offset: number, data: ArrayBuffer | ArrayBufferView, start = 0, size?: number) => {
      const memory = 'buffer' in data ? data.buffer : data;
      const isPlain = memory instanceof ArrayBuffer && !(memory as { resizable?: boolean }).resizable;
      if (!isPlain) throw new TypeError('a queue takes neither shared nor resizable memory');
      const from = ('byteOffset' in data ? data.byteOffset : 0) + start;
      const bytes = new Uint8Array(memory, from, size ?? data.byteLength - start).slice();
      if (this.keeps) this.writes.push({ buffer, offset, bytes });
    },
    submit: () => {},
    onSubmittedWorkDone: async () => this.answer(),
  };
  createBuffer(descriptor: GPUBufferDescriptor): FakeBuffer {
    const buffer = new FakeBuffer(this, descriptor);
    if (this.keeps) this.buffers.push(buffer);
    return buffer;
  }
  createBindGroup({ entries }: GPUBindGroupDescriptor): FakeBindGroup {
    return { entries: [...entries] };
  }
  createShaderModule() {
    this.modules++;
    return { getCompilationInfo: async () => ({ messages: [] }) };
  }
  createComputePipeline() {
    return { getBindGroupLayout: () => ({}) };
  }
  async createComputePipelineAsync() {
    await this.answer();
    return this.createComputePipeline();
  }
  createCommandEncoder() {
    return { beginComputePass: () => pass, copyBufferToBuffer() {}, finish: () => ({}) };
  }
  pushErrorScope(): void {}
  async popErrorScope(): Promise<null> {
    await this.answer();
    return null;
  }
  destroy(): void {
    this.lose({ reason: 'destroyed', message: 'destroyed' });
  }
}

export const asDevice = (device: FakeDevice): GPUDevice => device as unknown as GPUDevice;

/** What is recorded into, and forgotten. */
export const anyPass = pass as unknown as GPUComputePassEncoder;
