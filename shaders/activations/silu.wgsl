fn silu(x: real) -> real {
  let bounded = select(x, real(-175.6), x < real(-175.6));
  return propagate_nan(x, logistic_product(bounded, select(bounded, real(88.0), x > real(88.0)), real(0.0)));
}
fn silu_derivative(x: real) -> real {
  return propagate_nan(x, logistic_product_derivative(x, real(0.0)));
}
