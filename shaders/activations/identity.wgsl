// identity(x) = x; derivative 1.
// Exact.
fn identity(x: real) -> real {
  return x;
}

fn identity_derivative(x: real) -> real {
  return propagate_nan(x, real(1.0));
}
