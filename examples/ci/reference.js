/** What both kernels should compute, in float64. At ∞ the formulas would give NaN, so the limits are named. */

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

export const silu = {
  value: (x) => (x === -Infinity ? 0 : x * sigmoid(x)),
  derivative(x) {
    if (Math.abs(x) === Infinity) return x > 0 ? 1 : 0;
    return sigmoid(x) * (1 + x * sigmoid(-x));
  },
};

/** ULP, and the absolute error that passes too: an adapter's own exp is not accurate far from 0. */
export const bounds = { forward: 4, derivative: 4, absolute: 1e-6 };
