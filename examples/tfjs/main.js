import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { createActivations } from 'webgpu-activations';

const output = document.querySelector('pre');

await tf.setBackend('webgpu');
// tfjs computes short tensors on the CPU, which have no buffer to share
tf.env().set('WEBGPU_CPU_FORWARD', false);
const { device } = tf.backend();
const gpu = await createActivations({ device });

/** A new tensor from one pass over the buffers of others, all of one shape. */
function compute(tensors, record) {
  const inputs = tensors.map((tensor) => tensor.dataToGPU());
  const { size, shape } = tensors[0];
  const buffer = device.createBuffer({ size: size * 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass, ...inputs.map((input) => input.buffer), buffer, size);
  pass.end();
  device.queue.submit([encoder.finish()]);
  for (const { tensorRef } of inputs) tensorRef.dispose();
  // without a copy; the buffer is collected some time after the tensor
  return tf.tensor({ buffer, zeroCopy: true }, shape);
}

/** mish as an operation of tfjs: value and gradient are this library's. */
const mish = tf.customGrad((x, save) => {
  save([x]);
  return {
    value: compute([x], (pass, x, y, length) => gpu.encodeForward(pass, 'mish', { x, y, length })),
    gradFunc: (dy, [x]) =>
      compute([x, dy], (pass, x, dy, dx, length) => gpu.encodeBackward(pass, 'mish', { x, dy, dx, length })),
  };
});

const w = tf.tensor1d([-2, -0.5, 0, 0.5, 2]);
const layer = (w) => mish(tf.mul(w, 2));
const y = layer(w);
const dw = tf.grad((w) => tf.sum(layer(w)))(w);
output.textContent = `y ${(await y.data()).join(' ')}\ndw ${(await dw.data()).join(' ')}`;
