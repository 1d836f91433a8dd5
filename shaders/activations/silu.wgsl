// silu(x) = x·σ(x); derivative σ(x)·(1 + x·σ(-x)), root at -1.27846
// Method: logistic.wgsl. Limits: 0 at -∞, x at ∞; derivative 0 and 1.
// Error over every float32: value 1.38 ULP, derivative 1.60.

fn silu(x: real) -> real {
  return silu_with_derivative(x).value;
}

fn silu_derivative(x: real) -> real {
  return silu_with_derivative(x).derivative;
}

fn silu_with_derivative(x: real) -> Both {
  let bounded = select(x, real(-105.2), x < real(-105.2));
  let inner = logistic_product_with_derivative(select(bounded, real(88.0), x > real(88.0)), bounded, real(0.0));
  return both(propagate_nan(x, select(inner.value, x, x > real(88.0))), propagate_nan(x, inner.derivative));
}
