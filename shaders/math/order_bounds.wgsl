// Bounds of two floats as integers, by which order(x) of order.wgsl is compared.

// order of one float32
fn order_of(x: f32) -> i32 {
  return select(bitcast<i32>(x), bitcast<i32>(0x80000000u - bitcast<u32>(x)), bitcast<i32>(x) < 0);
}

// x > bound.x + bound.y, exactly, is order(x) > order_floor(bound): one less than bound.x's order where bound.y < 0.
// A bound of −∞, of order −0x7f800000, lies below −∞ itself.
fn order_floor(bound: vec2<f32>) -> ints {
  let place = order_of(bound.x);
  return ints(place + max(min(bitcast<i32>(bound.y), 0), -1) + (min(place, -0x7f7fffff) + 0x7f7fffff));
}

// x < bound.x + bound.y, exactly, is order(x) < order_ceiling(bound): one more than bound.x's order where bound.y > 0.
// A bound of ∞ lies above ∞ itself.
fn order_ceiling(bound: vec2<f32>) -> ints {
  let place = order_of(bound.x);
  return ints(place + min(max(bitcast<i32>(bound.y), 0), 1) + (max(place, 0x7f7fffff) - 0x7f7fffff));
}
