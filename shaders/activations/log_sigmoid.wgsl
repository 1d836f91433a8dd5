fn log_sigmoid(x: real) -> real {
  let u = abs(x);
  let outer = min(x, real(0.0)) - log1p_exp_tail(u, real(0.0));
  let result = select(outer, -log1p_exp_center(-x, real(0.0)), u < real(1.125));
  return propagate_nan(x, result);
}
fn log_sigmoid_derivative(x: real) -> real {
  return propagate_nan(x, logistic_product(real(1.0), -x, real(0.0)));
}
