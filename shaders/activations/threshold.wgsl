// threshold(x) = x if x > limit, else value; derivative 1 where x > limit, else 0.
// Exact but for the rounding of value to float32.
fn threshold(x: real, limit: vec2<f32>, value: f32) -> real {
  return propagate_nan(x, select(real(value), x, order(x) > order_floor(limit)));
}

fn threshold_derivative(x: real, limit: vec2<f32>, value: f32) -> real {
  return propagate_nan(x, select(real(0.0), real(1.0), order(x) > order_floor(limit)));
}
