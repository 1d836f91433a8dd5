// prelu(x, weight) = x if x ≥ 0, else weight·x; derivative 1 if x ≥ 0, else weight.
// Derivative with respect to the weight: x if x < 0, else 0.
fn prelu(x: real, weight: real) -> real {
  let below = select(weight * x, real(0.0), weight == real(0.0));
  return select(x, below, is_negative(x));
}

fn prelu_derivative(x: real, weight: real) -> real {
  return propagate_nan(x, select(real(1.0), weight, is_negative(x)));
}

fn prelu_weight_derivative(x: real) -> real {
  return select(x, real(0.0), bitcast<bits>(x) <= bits(0x7f800000u));
}
