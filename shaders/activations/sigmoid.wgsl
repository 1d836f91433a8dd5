// sigmoid(x) = 1/(1 + e^-x); derivative σ(x)·σ(-x), from y: y·(1 - y)
// Method: logistic.wgsl. Limits: 0 and 1, derivative 0.
// Error over every float32: value 1.47 ULP, derivative 1.46, from y 1.49 (sampled).

fn sigmoid(x: real) -> real {
  return sigmoid_with_derivative(x).value;
}

fn sigmoid_derivative(x: real) -> real {
  return sigmoid_with_derivative(x).derivative;
}

fn sigmoid_derivative_from_y(y: real) -> real {
  return propagate_nan(y, y * (1.0 - y));
}

fn sigmoid_with_derivative(x: real) -> Both {
  let parts = logistic_parts(logistic_size(x), real(0.0));
  let slope = logistic_lifted_slope(parts, real(1.0), real(0.0)) * 0x1p-25;
  return both(propagate_nan(x, logistic_part_product(parts, real(1.0), x < real(0.0))), propagate_nan(x, slope));
}
