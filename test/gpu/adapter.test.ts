import { expect, test } from 'vitest';

test('headless Chrome has a WebGPU adapter that runs compute shaders', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  if (!device) throw new Error('no WebGPU adapter in headless Chrome');
  device.pushErrorScope('validation');
  const code = `
    @group(0) @binding(0) var<storage, read_write> values: array<u32>;
    @compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3u) { values[id.x] = id.x * id.x; }`;
  const pipeline = await device.createComputePipelineAsync({
    label: 'squares',
    layout: 'auto',
    compute: { module: device.createShaderModule({ label: 'squares', code }) },
  });
  const values = device.createBuffer({
    label: 'values',
    size: 16,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  const result = device.createBuffer({
    label: 'result',
    size: 16,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = device.createCommandEncoder({ label: 'squares' });
  const pass = encoder.beginComputePass({ label: 'squares' });
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: values } }],
    }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(values, 0, result, 0, 16);
  device.queue.submit([encoder.finish()]);
  await result.mapAsync(GPUMapMode.READ);
  expect([...new Uint32Array(result.getMappedRange())]).toEqual([0, 1, 4, 9]);
  expect(await device.popErrorScope()).toBeNull();
  device.destroy();
});
