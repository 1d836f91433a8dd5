// Idle is |f′| < threshold, whose bits are in params.half and rise with it; NaN is not idle. Joined with it: derivative_at.
fn is_idle(y: real, i: u32) -> logic {
  let slope = bitcast<bits>(derivative_at(y, i)) & bits(0x7fffffffu);
  return (slope < bits(params.half)) & ((bitcast<bits>(y) & bits(0x7fffffffu)) <= bits(0x7f800000u));
}
