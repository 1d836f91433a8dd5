fn silu(x: real) -> real {
  return propagate_nan(x, logistic_product(max(x, real(-200.0)), x, real(0.0)));
}
fn silu_derivative(x: real) -> real {
  return propagate_nan(x, logistic_product_derivative(x, real(0.0)));
}
