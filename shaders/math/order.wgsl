// Comparisons by bits: as float32, an adapter may flush subnormals before it compares, and WGSL lets a compiler assume
// that no NaN occurs. As signed integers the patterns rise with the number from +0 up, and fall from −0 (the least) on.
// On SwiftShader these also take a fifth of the time of min, max and clamp.

// −0 and everything below, −∞ included; not NaN.
fn is_minus(x: real) -> logic {
  return bitcast<ints>(x) < ints(-8388607);
}

// x < 0: not −0, not NaN.
fn is_negative(x: real) -> logic {
  return bitcast<ints>(bitcast<bits>(x) - bits(1u)) < ints(-8388608);
}

// |x| as an integer that rises with it; above 0x7f800000 for NaN.
fn magnitude(x: real) -> ints {
  return bitcast<ints>(bitcast<bits>(x) & bits(0x7fffffffu));
}

// x as an integer that rises with it, 0 for both zeros; beyond those of ±∞ for NaN.
fn order(x: real) -> ints {
  return select(bitcast<ints>(x), bitcast<ints>(bits(0x80000000u) - bitcast<bits>(x)), bitcast<ints>(x) < ints(0));
}

// max and min of numbers that are not negative.
fn larger(a: real, b: real) -> real {
  return bitcast<real>(max(bitcast<ints>(a), bitcast<ints>(b)));
}

fn smaller(a: real, b: real) -> real {
  return bitcast<real>(min(bitcast<ints>(a), bitcast<ints>(b)));
}

// magnitude ≥ 0 with the sign of x.
fn with_sign(magnitude: real, x: real) -> real {
  return bitcast<real>(bitcast<bits>(magnitude) | (bitcast<bits>(x) & bits(0x80000000u)));
}

// value, negated where x has a minus sign.
fn times_sign(value: real, x: real) -> real {
  return bitcast<real>(bitcast<bits>(value) ^ (bitcast<bits>(x) & bits(0x80000000u)));
}

// min(max(x, 0), 1) for x that is no NaN.
fn unit_clamp(x: real) -> real {
  let floored = select(x, real(0.0), bitcast<ints>(x) < ints(0));
  return select(floored, real(1.0), bitcast<ints>(floored) > ints(0x3f800000));
}
