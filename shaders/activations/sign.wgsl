// sign(x) = −1, 0 or 1, as x is below, at or above 0; derivative 0. A subnormal x counts, which the built-in may take for 0.
// Exact.
fn sign(x: real) -> real {
  return propagate_nan(x, select(with_sign(real(1.0), x), real(0.0), magnitude(x) == ints(0)));
}

fn sign_derivative(x: real) -> real {
  return propagate_nan(x, real(0.0));
}
