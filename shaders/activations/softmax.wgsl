// softmax: y = e^(x-m) / Σe^(x-m) over a row, m its maximum; dx = y·(dy - Σ dy·y)
// Error of y on an IEEE adapter: at most 4 ULP for rows up to 2^24 (measured: 2.6); of dx
// 4·2^-24·max|dy| (measured: 1.1).

// What a thread keeps of an element, and by what the row's values are scaled.
fn softmax_kept(x: Logit, exponential: real) -> Logit { return with_number(x, exponential); }
fn softmax_scale(sum: Total, maximum: f32) -> Total { return total_inverse(sum); }

// from e^(x-m) and 1 / Σ in two floats
fn softmax(kept: Logit, maximum: f32, inverse: vec2<f32>) -> real {
  let exponential = number_of(kept);
  return exponential * inverse.x + exponential * inverse.y;
}

// what the row sums for its gradient: dy times this
fn softmax_factor(y: real) -> real { return y; }

// total is Σ dy·y as row_total gives it: high, low, the power of two they were multiplied by, and its inverse
fn softmax_derivative_from_y(y: real, dy: real, total: vec4<f32>) -> real {
  return (y * total.w) * ((dy * total.z - total.x) - total.y);
}
