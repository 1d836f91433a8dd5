// sigmoid(x) = 1/(1 + e^-x); derivative σ(x)·σ(-x), from y: y·(1 - y)
// Method: logistic.wgsl. Limits: 0 and 1, derivative 0.
// Error over every float32: value 1.39 ULP, derivative 1.45, from y 1.49 (sampled).

fn sigmoid(x: real) -> real {
  return propagate_nan(x, logistic(x));
}
fn sigmoid_derivative(x: real) -> real {
  return propagate_nan(x, logistic_slope(x, real(0.0), 1.0));
}
fn sigmoid_derivative_from_y(y: real) -> real {
  return propagate_nan(y, y * (1.0 - y));
}
