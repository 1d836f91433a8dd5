// step(x) = 1 if x > limit, else 0; derivative 0.
// Exact.
fn step(x: real, limit: vec2<f32>) -> real {
  return threshold_derivative(x, limit, 0.0);
}

fn step_derivative(x: real, limit: vec2<f32>) -> real {
  return propagate_nan(x, real(0.0));
}
