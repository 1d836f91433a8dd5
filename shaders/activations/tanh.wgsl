fn tanh(x: real) -> real {
  return propagate_nan(x, hyperbolic_tangent(x));
}
fn tanh_derivative(x: real) -> real {
  return propagate_nan(x, logistic_slope(2.0 * clamp(x, real(-60.0), real(60.0)), 4.0));
}
fn tanh_derivative_from_y(y: real) -> real {
  return (1.0 - y) * (1.0 + y);
}
