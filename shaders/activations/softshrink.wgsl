// softshrink(x) = x − lambda if x > lambda, x + lambda if x < −lambda, else 0, for lambda ≥ 0.
// Derivative 1 where |x| > lambda, else 0.
// At most 0.5 ULP for lambda = 1/2, 1 for any that is no float32; the derivative is exact.
fn softshrink(x: real, lambda: vec2<f32>) -> real {
  return shrink(x, lambda, lambda);
}

fn softshrink_derivative(x: real, lambda: vec2<f32>) -> real {
  return hardshrink_derivative(x, lambda);
}
