// leaky_relu(x) = x if x ≥ 0, else alpha·x; derivative 1 if x ≥ 0, else alpha. alpha of either sign, or 0; learned as prelu's.
// Derivative by alpha: x if x < 0, else 0, exact.
// At most 0.84 and 0.24 ULP for alpha = 0.01, most of it alpha's rounding to float32; any float32 alpha 0.5 and 0.
// alpha is neither 0, which gives 0 for −∞ too, nor above 1 in size, which alone lifts the product with a subnormal x out of
// the subnormals. Known before the kernel is compiled, that takes a third off a software adapter's time.
override leaky_relu_is_usual: bool = false;

fn leaky_relu(x: real, alpha: real) -> real {
  if (leaky_relu_is_usual) { return select(x, alpha * x, is_minus(x)); }
  // an alpha of ∞ must not meet −0, which is not below 0
  let below = select(select(alpha * x, real(0.0), alpha == real(0.0)), subnormal_product(x, alpha), is_subnormal(x));
  return select(x, below, is_negative(x));
}

fn leaky_relu_derivative(x: real, alpha: real) -> real {
  return propagate_nan(x, select(real(1.0), alpha, is_negative(x)));
}

// For alpha > 0, where y has the sign of x.
fn leaky_relu_derivative_from_y(y: real, alpha: real) -> real {
  return leaky_relu_derivative(y, alpha);
}

fn leaky_relu_alpha_derivative(x: real, alpha: real) -> real {
  return propagate_nan(x, select(real(0.0), x, is_negative(x)));
}
