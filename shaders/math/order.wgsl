// Comparisons by bits: as float32, an adapter may flush subnormals before it compares, and WGSL lets a compiler assume
// that no NaN occurs.

// x < 0, subnormals included, −0 and NaN excluded: as i32, those are the patterns from 0x80000001 up to −∞'s.
fn is_negative(x: real) -> logic {
  return bitcast<ints>(bitcast<bits>(x) - bits(1u)) < ints(-8388608);
}

// x > 0, subnormals included, NaN excluded.
fn is_positive(x: real) -> logic {
  return bitcast<bits>(x) - bits(1u) < bits(0x7f800000u);
}

// |x| as an integer that rises with it; above 0x7f800000 for NaN.
fn magnitude(x: real) -> ints {
  return bitcast<ints>(bitcast<bits>(x) & bits(0x7fffffffu));
}

// x as an integer that rises with it, 0 for both zeros; beyond those of ±∞ for NaN.
fn order(x: real) -> ints {
  let sign = bitcast<ints>(x) >> bits(31u);
  return (magnitude(x) ^ sign) - sign;
}

// x > bound.x + bound.y, exactly, is order(x) > order_floor(bound). A bound of −∞ lies below −∞ itself.
fn order_floor(bound: vec2<f32>) -> ints {
  let lower = (bitcast<u32>(bound.y) > 0x80000000u) | (bitcast<u32>(bound.x) == 0xff800000u);
  return order(real(bound.x)) - ints(i32(lower));
}

// x < bound.x + bound.y, exactly, is order(x) < order_ceiling(bound). A bound of ∞ lies above ∞ itself.
fn order_ceiling(bound: vec2<f32>) -> ints {
  let higher = (bitcast<i32>(bound.y) > 0) | (bitcast<u32>(bound.x) == 0x7f800000u);
  return order(real(bound.x)) + ints(i32(higher));
}
