// leaky_relu(x) = x if x ≥ 0, else alpha·x; derivative 1 if x ≥ 0, else alpha. alpha of either sign, or 0.
// At most 0.84 and 0.24 ULP for alpha = 0.01, most of it alpha's rounding to float32; any alpha 1.5 and 0.5.
// alpha is neither 0, which gives 0 for −∞ too, nor above 1 in size, which alone lifts the product with a subnormal x out of
// the subnormals. Known before the kernel is compiled, that saves a software adapter a fifth of the time.
override leaky_relu_is_usual: bool = false;

fn leaky_relu(x: real, alpha: f32) -> real {
  if (leaky_relu_is_usual) { return select(x, alpha * x, is_minus(x)); }
  let below = select(alpha * x, real(0.0), alpha == 0.0);
  return select(x, select(below, subnormal_product(x, real(alpha)), is_subnormal(x)), is_minus(x));
}

fn leaky_relu_derivative(x: real, alpha: f32) -> real {
  return propagate_nan(x, select(real(1.0), real(alpha), is_negative(x)));
}

// For alpha > 0, where y has the sign of x.
fn leaky_relu_derivative_from_y(y: real, alpha: f32) -> real {
  return leaky_relu_derivative(y, alpha);
}
