/** What it costs to record a small dispatch through the library, against the same dispatch written by hand. */
import type { Activations } from '../src/index.js';
import { type Quantiles, quantilesOf, ratioOf } from './measure.js';

const DISPATCHES = 1000;
const LENGTH = 1024;
const ROUNDS = 15;

export interface LaunchCost {
  readonly dispatches: number;
  readonly n: number;
  /** Nanoseconds of a dispatch, from the first call until the queue is done. */
  readonly ours: Quantiles;
  readonly raw: Quantiles;
  readonly ratio: Quantiles;
  /** The same ratio of the recording alone. */
  readonly recordingRatio: Quantiles;
}

export async function measureLaunch(activations: Activations): Promise<LaunchCost> {
  const { device } = activations;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const [x, y] = ['x', 'y'].map((label) => device.createBuffer({ label: `launch ${label}`, size: LENGTH * 4, usage }));
  const module = device.createShaderModule({
    label: 'launch raw',
    code: `
      @group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
      @group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
      @compute @workgroup_size(128) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
        if (id.x < arrayLength(&y)) { y[id.x] = max(x[id.x], vec4<f32>()); }
      }`,
  });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const entries = [x!, y!].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const tensors = { x: x!, y: y!, length: LENGTH };
  const recorders = {
    ours: (pass: GPUComputePassEncoder) => activations.encodeForward(pass, 'relu', tensors),
    raw: (pass: GPUComputePassEncoder) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(LENGTH / 4 / 128);
    },
  };
  await activations.prepare('relu');
  const totals = { ours: [] as number[], raw: [] as number[] };
  const recordings = { ours: [] as number[], raw: [] as number[] };
  const measure = async (name: 'ours' | 'raw') => {
    const begin = performance.now();
    const encoder = device.createCommandEncoder({ label: 'launch' });
    const pass = encoder.beginComputePass({ label: 'launch' });
    for (let index = 0; index < DISPATCHES; index++) recorders[name](pass);
    pass.end();
    const commands = encoder.finish();
    recordings[name].push(((performance.now() - begin) * 1e6) / DISPATCHES);
    device.queue.submit([commands]);
    await device.queue.onSubmittedWorkDone();
    totals[name].push(((performance.now() - begin) * 1e6) / DISPATCHES);
  };
  for (const name of ['ours', 'raw', 'ours', 'raw'] as const) await measure(name);
  for (const values of [totals.ours, totals.raw, recordings.ours, recordings.raw]) values.length = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await measure('ours');
    await measure('raw');
  }
  for (const buffer of [x!, y!]) buffer.destroy();
  return {
    dispatches: DISPATCHES,
    n: LENGTH,
    ours: quantilesOf(totals.ours),
    raw: quantilesOf(totals.raw),
    ratio: ratioOf(totals.ours, totals.raw),
    recordingRatio: ratioOf(recordings.ours, recordings.raw),
  };
}
