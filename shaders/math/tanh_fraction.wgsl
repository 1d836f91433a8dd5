// tanh as a fraction of sums, for those that go on with it.
//
// Method: tanh t = ((1 - A) + sum)/((1 + A) + sum) with e^2t = 2^power·(1 + sum), A = 2^-power. Near 0 power is 0 and the
// numerator is sum alone, so nothing cancels. Numerator and denominator keep their rounding errors. Beyond 9.1 tanh is 1 in
// float32.

// tanh(t + t_low) = (first + rest)/(denominator + excess) and σ(-2t) = down/(denominator + excess) for t >= 0, of t up to 21
const TANH_END: i32 = 0x4111999a;  // 9.1
const TANH_SPLIT: f32 = 0x1p-12;    // A above it is exact in 1 + A and 1 - A, below it joins the small terms

struct TanhFraction { first: real, rest: real, denominator: real, excess: real, down: real }

fn tanh_fraction(t: real, t_low: real) -> TanhFraction {
  let parts = exp_parts(2.0 * bounded_magnitude(t, 0x41a80000), 2.0 * t_low);
  let down = power_of_two(-parts.power);
  let large = select(real(0.0), down, down > real(TANH_SPLIT));
  let small = barrier(down - large);
  let base = 1.0 + large;
  let added = (parts.first + parts.rest) + small;
  let denominator = barrier(base + added);
  let rise = barrier(1.0 - large);
  let first = barrier(rise + parts.first);
  let rest = barrier((rise - first) + parts.first) + (parts.rest - small);
  return TanhFraction(first, rest, denominator, barrier(base - denominator) + added, down);
}
