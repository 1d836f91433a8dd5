// tanh(x); derivative sech² x = 4·σ(2x)·σ(-2x), from y: (1 - y)·(1 + y)
// Method: tanh_parts.wgsl, logistic.wgsl. Never beyond ±1. Replaces the built-in, which may be off by 1e-5.
// Error, measured with scattered inputs of every exponent: value 1.27 ULP, derivative 1.42, from y 1.50.

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
