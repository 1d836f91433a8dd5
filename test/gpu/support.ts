/** What the GPU tests share: a device inside an error scope, buffers with known contents, poisoned outputs. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { Activations } from '../../src/index.js';

export const POISON = 123456.75;

/** One device for a test file, made with the given limits; any GPU error of a test fails it. */
export function useDevice(limits: (adapter: GPUAdapter) => Record<string, number> = () => ({})): {
  gpu: Activations;
  device: GPUDevice;
} {
  const held = {} as { gpu: Activations; device: GPUDevice };
  beforeAll(async () => {
    const adapter = (await navigator.gpu.requestAdapter())!;
    held.device = await adapter.requestDevice({ requiredLimits: limits(adapter) });
    held.gpu = new Activations([held.device, false, navigator.gpu.wgslLanguageFeatures, undefined]);
  });
  beforeEach(() => {
    held.device.pushErrorScope('validation');
    held.device.pushErrorScope('out-of-memory');
  });
  afterEach(async () => {
    expect(await held.device.popErrorScope()).toBeNull();
    expect(await held.device.popErrorScope()).toBeNull();
  });
  afterAll(() => {
    held.gpu.dispose();
    held.device.destroy();
  });
  return held;
}

const STORAGE = 0x80 | 0x4 | 0x8;

export function bufferOf(device: GPUDevice, values: ArrayLike<number>, label = 'test'): GPUBuffer {
  const data = new Float32Array(values);
  const buffer = device.createBuffer({
    label,
    size: Math.max(data.byteLength, 16),
    usage: STORAGE,
    mappedAtCreation: true,
  });
  new Float32Array(buffer.getMappedRange()).set(data);
  buffer.unmap();
  return buffer;
}

export const poisoned = (device: GPUDevice, length: number): GPUBuffer =>
  bufferOf(device, new Float32Array(length).fill(POISON), 'poisoned');

export async function read(
  device: GPUDevice,
  buffer: GPUBuffer,
  offset = 0,
  size = buffer.size,
): Promise<Float32Array> {
  const staging = device.createBuffer({ label: 'read', size, usage: 0x1 | 0x8 });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(1);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return values;
}

/** Records with `record` into one compute pass and submits it. */
export function submit(device: GPUDevice, record: (pass: GPUComputePassEncoder) => void): void {
  const encoder = device.createCommandEncoder({ label: 'test' });
  const pass = encoder.beginComputePass({ label: 'test' });
  record(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** Small floats with exact products: multiples of 1/8 of either sign, none zero. */
export function exactValues(length: number, seed = 1): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = ((state >>> 24) + 1) / 8 - 16;
    if (values[i] === 0) values[i] = 0.125;
  }
  return values;
}
