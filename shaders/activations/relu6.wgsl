// relu6(x) = min(max(0, x), 6); derivative 1 on 0 < x < 6, else 0.
// 0x40c00000 is 6. The patterns from the next one to ∞'s are 0x3ec00000, those between 0 and 6 are 0x40bfffff.
// Exact.
fn relu6(x: real) -> real {
  return select(relu(x), real(6.0), bitcast<bits>(x) - bits(0x40c00001u) < bits(0x3ec00000u));
}

fn relu6_derivative(x: real) -> real {
  return propagate_nan(x, select(real(0.0), real(1.0), bitcast<bits>(x) - bits(1u) < bits(0x40bfffffu)));
}
