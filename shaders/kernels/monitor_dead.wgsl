// Idle is |y| ≤ threshold, whose bits are in params.half and rise with it; NaN is not idle.
fn is_idle(y: real, i: u32) -> logic {
  return (bitcast<bits>(y) & bits(0x7fffffffu)) <= bits(params.half);
}
