// silu(x) = x·σ(x); derivative σ(x)·(1 + x·σ(-x)), root at -1.27846
// Method: logistic.wgsl. Limits: 0 at -∞, x at ∞; derivative 0 and 1.
// Error over every float32: value 1.45 ULP, derivative 1.60.

fn silu(x: real) -> real {
  let bounded = select(x, real(-175.6), x < real(-175.6));
  return propagate_nan(x, logistic_product(bounded, select(bounded, real(88.0), x > real(88.0)), real(0.0)));
}
fn silu_derivative(x: real) -> real {
  return propagate_nan(x, logistic_product_derivative(x, real(0.0)));
}
