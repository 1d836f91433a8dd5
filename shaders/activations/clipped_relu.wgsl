// clipped_relu(x) = min(x, maximum) if x > limit, else slope·(x − limit).
// Derivative 1 on limit < x < maximum, slope up to limit, else 0; a maximum of ∞ bounds nothing, so there the limit at ∞ is 1.
// Error: at most 1 ULP; the derivative is exact.
fn clipped_relu(x: real, slope: f32, maximum: f32, limit: f32) -> real {
  let distance = barrier(x - limit);
  let product = select(slope * distance, real(0.0), real(slope) == real(0.0));
  let below = select(product, subnormal_product(x, real(slope)), is_subnormal(x) & (real(limit) == real(0.0)));
  let above = select(x, real(maximum), order(x) > ints(order_of(maximum)));
  return propagate_nan(x, select(below, above, order(x) > ints(order_of(limit))));
}

fn clipped_relu_derivative(x: real, slope: f32, maximum: f32, limit: f32) -> real {
  let above = select(real(0.0), real(1.0), order(x) < order_ceiling(vec2<f32>(maximum, 0.0)));
  return propagate_nan(x, select(real(slope), above, order(x) > ints(order_of(limit))));
}
