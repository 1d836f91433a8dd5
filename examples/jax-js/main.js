import { defaultDevice, getWebGPUDevice, init, numpy as np } from '@jax-js/jax';
import { createActivations } from 'webgpu-activations';

await init('webgpu');
defaultDevice('webgpu');
const device = getWebGPUDevice();
const gpu = await createActivations({ device });

const x = np.array([-2, -1, 0, 1, 2]).mul(1.5);
const length = x.size;

// out of jax-js without a copy: its own buffer, to be read only; `.ref`, because the call takes the array
const xBuffer = await x.ref.gpuBuffer();
const size = length * 4;
const yBuffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
const readBuffer = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });

const encoder = device.createCommandEncoder();
const pass = encoder.beginComputePass();
gpu.encodeForward(pass, 'gelu', { x: xBuffer, y: yBuffer, length });
pass.end();
encoder.copyBufferToBuffer(yBuffer, 0, readBuffer, 0, size);
device.queue.submit([encoder.finish()]);
x.dispose(); // not before the submit: jax-js uses the memory again

// back by numbers: jax-js takes no buffers
await readBuffer.mapAsync(GPUMapMode.READ);
const y = np.array(new Float32Array(readBuffer.getMappedRange().slice(0)));
readBuffer.unmap();

const doubled = await y.mul(2).data();
document.querySelector('pre').textContent = `y ${doubled.join(' ')}`;
