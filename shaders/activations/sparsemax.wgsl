// sparsemax: y = max(x - τ, 0) with Σy = 1 over a row; dx = dy - mean of dy over y > 0 there, else 0.
// Error of y on an IEEE adapter: at most 1 ULP, or 2^-40; of dx 4·2^-24·max|dy|.

// from x - m and τ, both in two floats
fn sparsemax(difference: Sum, threshold: Total) -> real {
  let value = barrier(difference.high - threshold.high) + (difference.low - threshold.low);
  return select(real(0.0), value, value > real(0.0));
}

// total is Σ dy over y > 0 as row_total gives it: high, low, the power of two they were multiplied by, and its inverse; share
// is 1 / how many those are.
fn sparsemax_derivative_from_y(y: real, dy: real, total: vec4<f32>, share: f32) -> real {
  let slope = ((dy * total.z - total.x * share) - total.y * share) * total.w;
  return propagate_nan(y, select(real(0.0), slope, y > real(0.0)));
}
