// log_sigmoid(x) = −ln(1 + e^−x); derivative σ(−x).
//
// Method: log1p.wgsl, logistic.wgsl.
// Error over every float32: value 1.21 ULP, derivative 1.47.
fn log_sigmoid(x: real) -> real {
  let parts = log1p_exp(-x, real(0.0));
  let scale = power_of_two(select(parts.power, real(-127.0), parts.power < real(-127.0)));
  return propagate_nan(x, select(real(0.0), x, parts.beyond) - scale * (parts.base + parts.rest));
}

fn log_sigmoid_derivative(x: real) -> real {
  return propagate_nan(x, logistic(-x));
}
