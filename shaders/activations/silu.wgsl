// silu(x) = x·σ(x); derivative σ(x)·(1 + x·σ(-x)), root at -1.27846
// Method: logistic.wgsl. Limits: 0 at -∞, x at ∞; derivative 0 and 1.
// Error over every float32: value 1.45 ULP, derivative 1.79.

fn silu(x: real) -> real {
  return silu_with_derivative(x).value;
}

fn silu_derivative(x: real) -> real {
  return silu_with_derivative(x).derivative;
}

fn silu_with_derivative(x: real) -> Both {
  let size = logistic_size(x);
  let inner = logistic_both(with_sign(size, x), x < real(0.0), size, real(0.0));
  return both(propagate_nan(x, select(inner.value, x, x > real(88.0))), propagate_nan(x, inner.derivative));
}
