// logSoftmax: y = x - m - ln Σe^(x-m) over a row, m its maximum; dx = dy - e^y·Σ dy
// Absolute error on an IEEE adapter: of y 4·2^-24·max(1, |y|) (measured: 2.3), of dx 4·2^-24·(max|dy| + |Σ dy|)
// (measured: 1.9).

// from the maximum and ln Σ in two floats; x - m too is carried in two, but for -∞
fn log_softmax(x: real, maximum: f32, logarithm: vec2<f32>) -> real {
  let difference = x - maximum;
  let error = two_sum_error(x, real(-maximum), difference);
  let low = select(error, real(0.0), bitcast<bits>(difference) == bits(0xff800000u));
  return (difference - logarithm.x) + (low - logarithm.y);
}

fn log_softmax_term(y: real, dy: real) -> real {
  return dy;
}

fn log_softmax_derivative_from_y(y: real, dy: real, total: vec2<f32>) -> real {
  return propagate_nan(y, dy - exponential_of(y) * (total.x + total.y));
}
