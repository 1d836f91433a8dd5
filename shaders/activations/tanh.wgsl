fn tanh(x: real) -> real {
  let parts = tanh_parts(x, real(0.0));
  let value = parts.first + parts.rest;
  return propagate_nan(x, select(value, sign(x), abs(value) > real(1.0)));
}

fn tanh_derivative(x: real) -> real {
  return propagate_nan(x, logistic_slope(2.0 * x, real(0.0), 4.0));
}

fn tanh_derivative_from_y(y: real) -> real {
  return (1.0 - y) * (1.0 + y);
}
