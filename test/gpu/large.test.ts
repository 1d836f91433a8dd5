/** Tensors beyond the limits at which others fail or return zeros. */
import { describe, expect, test } from 'vitest';
import { submit, useDevice } from './support.js';

const FILL = `
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
override base: u32 = 0;
fn expected_input(i: u32) -> f32 { return f32(i % 1021u) - 510.0; }
@compute @workgroup_size(256) fn fill(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = id.y * n.x * 256u + id.x;
  if (i < arrayLength(&values)) { values[i] = expected_input(i + base); }
}`;
const CHECK = `
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read_write> wrong: atomic<u32>;
override base: u32 = 0;
override length: u32 = 0;
@compute @workgroup_size(256) fn check(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = id.y * n.x * 256u + id.x;
  if (i >= arrayLength(&values)) { return; }
  let x = f32((i + base) % 1021u) - 510.0;
  let y = select(x * 0.5, x, x >= 0.0);
  if (values[i] != select(x, y, i + base < length)) { atomicAdd(&wrong, 1u); }
}`;

/** Fills a buffer, runs leakyRelu in place over its first `length` elements, counts what is wrong in the whole buffer. */
async function countWrong(
  device: GPUDevice,
  run: (pass: GPUComputePassEncoder, buffer: GPUBuffer) => void,
  length: number,
  size: number,
): Promise<number> {
  const buffer = device.createBuffer({ size: size * 4, usage: 0x80 | 0x4 | 0x8 });
  const wrong = device.createBuffer({ size: 4, usage: 0x80 | 0x4 });
  const part = 2 ** 24;
  const sweep = (
    code: string,
    entryPoint: string,
    extra: GPUBindGroupEntry[],
    constants: (base: number) => Record<string, number>,
  ): void => {
    for (let base = 0; base < size; base += part) {
      const compute = { module: device.createShaderModule({ code }), entryPoint, constants: constants(base) };
      const pipeline = device.createComputePipeline({ layout: 'auto', compute });
      const resource = { buffer, offset: base * 4, size: Math.min(part, size - base) * 4 };
      const entries = [{ binding: 0, resource }, ...extra];
      submit(device, (pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
        pass.dispatchWorkgroups(256, 256);
      });
    }
  };
  sweep(FILL, 'fill', [], (base) => ({ base }));
  submit(device, (pass) => run(pass, buffer));
  sweep(CHECK, 'check', [{ binding: 1, resource: { buffer: wrong } }], (base) => ({ base, length }));
  const staging = device.createBuffer({ size: 4, usage: 0x1 | 0x8 });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(wrong, 0, staging, 0, 4);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(1);
  const count = new Uint32Array(staging.getMappedRange())[0]!;
  for (const each of [buffer, wrong, staging]) each.destroy();
  return count;
}

describe('a device with the default limits: 128 MiB bindings', () => {
  const held = useDevice();
  test('2²⁶ elements in one call', async () => {
    const { gpu, device } = held;
    expect(device.limits.maxStorageBufferBindingSize).toBe(2 ** 27);
    const run = (pass: GPUComputePassEncoder, buffer: GPUBuffer): void =>
      gpu.encodeForward(pass, 'leakyRelu', { x: buffer, y: buffer, length: 2 ** 26 }, { alpha: 0.5 });
    expect(await countWrong(device, run, 2 ** 26, 2 ** 26)).toBe(0);
  });

  test('a length that is no multiple of anything, beyond one binding', async () => {
    const { gpu, device } = held;
    const length = 2 ** 25 + 2 ** 20 + 7;
    const run = (pass: GPUComputePassEncoder, buffer: GPUBuffer): void =>
      gpu.encodeForward(pass, 'leakyRelu', { x: buffer, y: buffer, length }, { alpha: 0.5 });
    expect(await countWrong(device, run, length, length + 6)).toBe(0);
  });
});

describe('a device with 1 GiB bindings', () => {
  const held = useDevice(({ limits: { maxBufferSize, maxStorageBufferBindingSize } }) => ({
    maxBufferSize,
    maxStorageBufferBindingSize,
  }));
  test('more than 65,535 workgroups in one dispatch', async () => {
    const { gpu, device } = held;
    const length = 65_537 * 1024 + 5;
    const run = (pass: GPUComputePassEncoder, buffer: GPUBuffer): void =>
      gpu.encodeForward(pass, 'leakyRelu', { x: buffer, y: buffer, length }, { alpha: 0.5 });
    expect(await countWrong(device, run, length, length + 3)).toBe(0);
  });
});
