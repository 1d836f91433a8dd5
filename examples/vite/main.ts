import { silu } from 'webgpu-activations/activations';
import { createActivations } from 'webgpu-activations/core';

const output = document.querySelector('pre')!;

try {
  const gpu = await createActivations();
  const x = new Float32Array([-100, -1, 0, 1, 100]);
  const dy = new Float32Array(x.length).fill(1);

  // the imported definition stands where a name would stand
  const { y } = await gpu.forward(silu, { x });
  const { dx } = await gpu.backward(silu, { x, dy });

  output.textContent = `y ${y.join(' ')}\ndx ${dx.join(' ')}`;
  gpu.dispose();
} catch (error) {
  // without an adapter: what is missing, and how to get one
  output.textContent = String(error);
}
