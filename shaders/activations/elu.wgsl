// elu(x, alpha) = x for x > 0, else alpha·(e^x - 1); derivative 1, else alpha·e^x, from y: y + alpha
// Method: expm1.wgsl. At -24 and below e^x is under half an ULP of 1. Signs are tested on bits: a subnormal x counts.
// Error over every float32: value 0.83 ULP, derivative 0.68, from y 0.91 (sampled); value 1.30 where alpha is no float32.

fn elu(x: real, alpha: parameter) -> real {
  let value = expm1_product(select(x, real(-24.0), x < real(-24.0)), real(0.0), alpha);
  let negative = select(value, subnormal_product(x, real(alpha.x)), is_subnormal(x));
  return propagate_nan(x, select(negative, x, bitcast<ints>(x) > ints(0)));
}

fn elu_derivative(x: real, alpha: parameter) -> real {
  let value = exp_product(select(x, real(-105.2), x < real(-105.2)), real(0.0), alpha);
  return propagate_nan(x, select(value, real(1.0), bitcast<ints>(x) > ints(0)));
}

fn elu_derivative_from_y(y: real, alpha: parameter) -> real {
  return propagate_nan(y, select(barrier(y + alpha.x) + alpha.y, real(1.0), bitcast<ints>(y) > ints(0)));
}

// By alpha: e^x - 1, above 0 nothing.
fn elu_alpha_derivative(x: real, alpha: parameter) -> real {
  let negative = elu(x, parameter(scalar(1.0), scalar(0.0)));
  return propagate_nan(x, select(negative, real(0.0), bitcast<ints>(x) > ints(0)));
}
