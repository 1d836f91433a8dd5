// relu6(x) = min(max(0, x), 6); derivative 1 on 0 < x < 6, else 0. Exact.
fn relu6(x: real) -> real {
  return propagate_nan(x, clamp(x, real(0.0), real(6.0)));
}

// 0x40c00000 is 6: as integers, the patterns between 0 and it are the numbers between.
fn relu6_derivative(x: real) -> real {
  return propagate_nan(x, select(real(0.0), real(1.0), bitcast<bits>(x) - bits(1u) < bits(0x40bfffffu)));
}
