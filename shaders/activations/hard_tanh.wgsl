// hard_tanh(x) = min(max(x, minimum), maximum), which is maximum where the bounds cross.
// Derivative 1 on minimum < x < maximum, else 0; an infinite bound bounds nothing, so there the limit at ±∞ is 1.
// Exact but for the rounding of the bounds to float32.
fn hard_tanh(x: real, minimum: vec2<f32>, maximum: vec2<f32>) -> real {
  let floored = select(x, real(minimum.x), x < real(minimum.x));
  return propagate_nan(x, select(floored, real(maximum.x), floored > real(maximum.x)));
}

fn hard_tanh_derivative(x: real, minimum: vec2<f32>, maximum: vec2<f32>) -> real {
  let place = order(x);
  let inside = (place > order_floor(minimum)) & (place < order_ceiling(maximum));
  return propagate_nan(x, select(real(0.0), real(1.0), inside));
}
