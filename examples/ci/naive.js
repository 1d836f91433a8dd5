/** silu as it is often written. */
import { defineActivation } from 'webgpu-activations';
import { bounds, silu } from './reference.js';

// `real` stands for f32 and for vec4<f32>
export const naiveSilu = defineActivation({
  name: 'naiveSilu',
  wgsl: `
    fn naive_silu(x: real) -> real {
      return x / (1.0 + exp(-x));
    }
    fn naive_silu_derivative(x: real) -> real {
      let s = 1.0 / (1.0 + exp(-x));
      return s * (1.0 + x * (1.0 - s));
    }`,
  reference: silu,
  bounds,
});
