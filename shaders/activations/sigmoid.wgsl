fn sigmoid(x: real) -> real {
  return propagate_nan(x, logistic(x));
}
fn sigmoid_derivative(x: real) -> real {
  return propagate_nan(x, logistic_slope(x, real(0.0), 1.0));
}
fn sigmoid_derivative_from_y(y: real) -> real {
  return y * (1.0 - y);
}
