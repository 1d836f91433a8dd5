// prelu(x, weight) = x if x ≥ 0, else weight·x; derivative 1 if x ≥ 0, else weight.
// Derivative with respect to the weight: x if x < 0, else 0.
// At most 0.5 ULP; the derivatives are exact.
fn prelu(x: real, weight: real) -> real {
  // a weight of 0 gives 0 for −∞ too; a large one may lift the product with a subnormal x out of the subnormals
  let below = select(select(weight * x, real(0.0), weight == real(0.0)), subnormal_product(x, weight), is_subnormal(x));
  return select(x, below, is_minus(x));
}

fn prelu_derivative(x: real, weight: real) -> real {
  return propagate_nan(x, select(real(1.0), weight, is_negative(x)));
}

fn prelu_weight_derivative(x: real) -> real {
  return propagate_nan(x, select(real(0.0), x, is_negative(x)));
}
