import * as ort from 'onnxruntime-web/webgpu';
import { createActivations } from 'webgpu-activations';
import { square } from './model.js';

const rows = 2;
const columns = 4;
const length = rows * columns;

const session = await ort.InferenceSession.create(square(rows, columns), {
  executionProviders: ['webgpu'],
  preferredOutputLocation: 'gpu-buffer', // results stay where they are
});
// the runtime makes the device, with its first session
const device = await ort.env.webgpu.device;
const gpu = await createActivations({ device });

// the runtime wants multiples of 16 bytes
const size = Math.ceil((length * 4) / 16) * 16;
const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
const xBuffer = device.createBuffer({ size, usage });
const yBuffer = device.createBuffer({ size, usage });
device.queue.writeBuffer(xBuffer, 0, new Float32Array([-2, -1, 0, 1, 2, 3, 0.5, -0.5]));

function submit(record) {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

// into the session: gelu in place, then the buffer as a tensor
submit((pass) => gpu.encodeForward(pass, 'gelu', { x: xBuffer, y: xBuffer, length }));
const x = ort.Tensor.fromGpuBuffer(xBuffer, { dataType: 'float32', dims: [rows, columns] });
const { y } = await session.run({ x });

// out of the session: the tensor as a buffer
submit((pass) => gpu.encodeForward(pass, 'softmax', { x: y.gpuBuffer, y: yBuffer, length }, { columns }));
y.dispose(); // gives its buffer back to the runtime

const readBuffer = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
const encoder = device.createCommandEncoder();
encoder.copyBufferToBuffer(yBuffer, 0, readBuffer, 0, size);
device.queue.submit([encoder.finish()]);
await readBuffer.mapAsync(GPUMapMode.READ);
const shares = new Float32Array(readBuffer.getMappedRange(), 0, length);
document.querySelector('pre').textContent = `y ${shares.join(' ')}`;
