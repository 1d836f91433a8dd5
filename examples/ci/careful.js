/** The same, right at ±∞ and at NaN, without an exp that overflows. */
import { defineActivation } from 'webgpu-activations';
import { bounds, silu } from './reference.js';

export const carefulSilu = defineActivation({
  name: 'carefulSilu',
  wgsl: `
    fn careful_sigmoid(x: real) -> real {
      let t = exp(-abs(x));
      return select(t, real(1.0), x >= real(0.0)) / (1.0 + t);
    }
    fn careful_silu(x: real) -> real {
      let inside = max(x, real(-100.0));
      return propagate_nan(x, inside * careful_sigmoid(inside));
    }
    fn careful_silu_derivative(x: real) -> real {
      let inside = clamp(x, real(-100.0), real(100.0));
      return propagate_nan(x, careful_sigmoid(inside) * (1.0 + inside * careful_sigmoid(-inside)));
    }`,
  reference: silu,
  bounds,
});
