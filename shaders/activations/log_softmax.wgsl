// logSoftmax: y = x - m - ln Σe^(x-m) over a row, m its maximum; dx = dy - e^y·Σ dy
// Absolute error on an IEEE adapter: of y 4·2^-24·max(1, |y|) (measured: 3.0), of dx 4·2^-24·(max|dy| + |Σ dy|)
// (measured: 1.9).

// What a thread keeps of an element, and by what the row's values are scaled.
fn log_softmax_kept(x: Logit, exponential: real) -> Logit { return x; }
fn log_softmax_scale(sum: Total, maximum: f32) -> Total { return row_offset(maximum, total_logarithm(sum)); }

fn log_softmax(x: Logit, maximum: f32, offset: vec2<f32>) -> real { return row_logarithm(x, maximum, offset); }

// what the row sums for its gradient: dy times this
fn log_softmax_factor(y: real) -> real { return real(1.0); }

// total is Σ dy as row_total gives it: high, low, the power of two they were multiplied by, and its inverse
fn log_softmax_derivative_from_y(y: real, dy: real, total: vec4<f32>) -> real {
  return propagate_nan(y, (dy * total.z - exponential_of(y) * (total.x + total.y)) * total.w);
}
