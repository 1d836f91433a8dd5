// e^(x - maximum) for x <= maximum: what softmax is made of.
//
// Method: x = k·ln 2 + r and maximum = K·ln 2 + R as in exp.wgsl, each reduced by itself: e^(x - maximum) = 2^(k-K)·e^(r-R).
// The rounding of x - maximum, up to 44 ULP of the result, so never happens; k is chosen for r - R to be small. From
// 178 on the maximum is subtracted first: exact for every x >= maximum - 89 by Sterbenz's lemma. Below -88.03 the
// result would be under 2^-126 and is 0; -∞ is held there too. Error: 0.85 ULP, where |x| < 1 up to 1.2: such an x has bits
// that r has not. Special rows (maximum NaN or ±∞) give garbage.
const EXP_DIFFERENCE_END: f32 = 88.02969;  // 127·ln 2: the middle of what has the power -127
const EXP_DIFFERENCE_FAR: f32 = 178.0;

// What is known of a maximum: what is subtracted first, and of the rest K, R's high part, what k is rounded from beside
// x / ln 2, and the least x that matters.
struct ExpOrigin { shift: f32, power: f32, first: f32, half: f32, end: f32 }

fn exp_origin(maximum: f32) -> ExpOrigin {
  let shift = select(0.0, maximum, abs(maximum) >= EXP_DIFFERENCE_FAR);
  let rest = maximum - shift;
  let exponent = rest * EXP_LOG2_E;
  let power = floor(exponent + 0.5);
  let first = total_barrier(rest - power * EXP_LN2_HIGH);
  return ExpOrigin(shift, power, first, 0.5 - exponent, rest - EXP_DIFFERENCE_END);
}

fn exp_difference_parts(x: real, origin: ExpOrigin) -> ExpParts {
  let rest = max(x - origin.shift, real(origin.end));
  let power = floor(rest * EXP_LOG2_E + origin.half);
  let first = barrier(rest - (power + origin.power) * EXP_LN2_HIGH) - origin.first;
  let low = power * -EXP_LN2_LOW;
  let r = first + low;
  return ExpParts(power, first, low + (r * r) * exp_quotient(r));
}

fn exp_difference(x: real, origin: ExpOrigin) -> real { return exp_of_parts(exp_difference_parts(x, origin)); }

// The same of a difference in two floats; where it is below the end, its low part may be large.
fn exp_parts_below(x: real, x_low: real) -> ExpParts {
  let end = real(-EXP_DIFFERENCE_END);
  return exp_parts(max(x, end), select(real(0.0), x_low, x > end));
}

fn exp_of_parts(parts: ExpParts) -> real {
  return power_of_two(parts.power) * (1.0 + barrier(parts.first + parts.rest));
}
