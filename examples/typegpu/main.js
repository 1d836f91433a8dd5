import { d, tgpu } from 'typegpu';
import { createActivations, wgsl } from 'webgpu-activations';

const root = await tgpu.init();
const gpu = await createActivations({ device: root.device });

const length = 5;
const numbers = d.arrayOf(d.f32, length);
const x = root.createBuffer(numbers, [-2, -1, 0, 1, 2]).$usage('storage');
const dy = root.createBuffer(numbers, [1, 2, 3, 4, 5]).$usage('storage');
const [y, dx, z] = [1, 2, 3].map(() => root.createBuffer(numbers).$usage('storage'));

// a kernel of TypeGPU with mish in it: `functions` is the place where it wants the text named
const functions = tgpu['~unstable'].declare(wgsl('mish', { prefix: 'my_' }));
const layout = tgpu.bindGroupLayout({ y: { storage: numbers }, z: { storage: numbers, access: 'mutable' } });
const kernel = tgpu.computeFn({ workgroupSize: [64], in: { id: d.builtin.globalInvocationId } })`{
  functions
  if (id.x < ${length}) {
    layout.$.z[id.x] = my_mish(3.0 * layout.$.y[id.x]);
  }
}`.$uses({ functions, layout });
const pipeline = root.createComputePipeline({ compute: kernel });
const group = root.createBindGroup(layout, { y, z });

// the library's calls on TypeGPU's buffers and that kernel, in one pass
const encoder = root.device.createCommandEncoder();
const pass = encoder.beginComputePass();
gpu.encodeForward(pass, 'gelu', { x: root.unwrap(x), y: root.unwrap(y), length });
gpu.encodeBackward(pass, 'gelu', { x: root.unwrap(x), dy: root.unwrap(dy), dx: root.unwrap(dx), length });
pipeline.with(pass).with(group).dispatchWorkgroups(1);
pass.end();
root.device.queue.submit([encoder.finish()]);

const lines = [];
for (const [name, buffer] of Object.entries({ y, dx, z })) lines.push(`${name} ${(await buffer.read()).join(' ')}`);
document.querySelector('pre').textContent = lines.join('\n');
