// sparse_sigmoid(x) = 0 if x ≤ −1, 1 if x ≥ 1, else (x + 1)/2; derivative ½ on −1 < x < 1, else 0.
// At most 0.5 ULP; the derivative is exact.
fn sparse_sigmoid(x: real) -> real {
  return propagate_nan(x, unit_clamp(0.5 * x + 0.5));
}

// 0x3f800000 is 1.
fn sparse_sigmoid_derivative(x: real) -> real {
  return propagate_nan(x, select(real(0.0), real(0.5), magnitude(x) < ints(0x3f800000)));
}
