// hardshrink(x) = x if |x| > lambda, else 0, for lambda ≥ 0; derivative 1 where |x| > lambda, else 0.
// NaN has the largest magnitude of all.
// Exact.
fn hardshrink(x: real, lambda: vec2<f32>) -> real {
  return select(real(0.0), x, magnitude(x) > order_floor(lambda));
}

fn hardshrink_derivative(x: real, lambda: vec2<f32>) -> real {
  return propagate_nan(x, select(real(0.0), real(1.0), magnitude(x) > order_floor(lambda)));
}
