// Numbers held within ±limit, high and low part of a positive number. Beyond is beyond exactly; a NaN is on neither side, so
// what follows from these goes through propagate_nan.
fn is_above(x: real, limit: vec2<f32>) -> logic { return order(x) > order_floor(limit); }
fn is_below(x: real, limit: vec2<f32>) -> logic { return order(x) < order_ceiling(-limit); }

fn limited_above(x: real, limit: vec2<f32>) -> real {
  return propagate_nan(x, select(x, real(limit.x), is_above(x, limit)));
}

fn limited(x: real, limit: vec2<f32>) -> real {
  return propagate_nan(x, select(limited_above(x, limit), real(-limit.x), is_below(x, limit)));
}

// 1 within, 0 beyond
fn limited_derivative(x: real, limit: vec2<f32>) -> real {
  return propagate_nan(x, select(real(1.0), real(0.0), is_above(x, limit) | is_below(x, limit)));
}
