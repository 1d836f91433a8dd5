// exponential(x) = e^x, its own derivative.
// ±∞: ∞ and 0; above 88.72284 the exact value rounds to ∞.
// Method: exponential_of (shaders/math/exp.wgsl). Error: 0.87 ULP.
fn exponential(x: real) -> real {
  return propagate_nan(x, exponential_of(x));
}
fn exponential_derivative(x: real) -> real {
  return exponential(x);
}
