// The logistic function σ(t) = 1/(1+e^-t), its slope and its products, each before NaN is put back.
//
// Method: e^v = 2^power·(1 + sum) with sum unrounded (exp.wgsl). Every function becomes one fraction whose terms are
// multiplied by 2^-power where that keeps them from overflowing:
//   σ(t) = A/(A + 1 + sum), A = 2^-power, for t <= 0
//   σ(t)·σ(-t) = 1/(2 + e^t + e^-t)
// The denominator's rounding error is kept (Fast2Sum) and corrects the quotient, so that two roundings remain: the
// quotient's and the correction's. A up to LOGISTIC_SPLIT joins the small terms, else 1 + A would round it away.
// Results down to 2^-126 are scaled in two steps, the first product staying normal.
// Measured over every float32, in ULP: σ 1.47, its slope 1.45, x·σ(t) 1.42, its derivative 1.77.
// Constants and coefficients: logistic.sollya (fpminimax).
const LOGISTIC_SPLIT: f32 = 0x1p-12;
const LOGISTIC_ROOT: f32 = 0x1.474974p+0;         // r of 1 - r + e^-r = 0: -r is the root of (t·σ(t))′
const LOGISTIC_ROOT_LOW: f32 = -0x1.bdf6fap-27;

// quotient + remainder/denominator for a remainder of a few ULP, 0.7 <= denominator <= 4.2.
// Subtracting bit patterns negates the exponent: 1/denominator within 5.1 %, 0x7ef31000 being the best constant for that.
fn refine_quotient(quotient: real, remainder: real, denominator: real) -> real {
  return quotient + remainder * bitcast<real>(bits(0x7ef31000u) - bitcast<bits>(denominator));
}

// (first + rest + low)/(denominator + excess), low and excess being a few ULP
fn quotient_of_sums(first: real, rest: real, low: real, denominator: real, excess: real) -> real {
  let numerator = barrier(first + rest);
  let quotient = numerator / denominator;
  let remainder = (barrier(barrier(first - numerator) + rest) + low) - quotient * excess;
  return refine_quotient(quotient, remainder, denominator);
}

// σ(t)
fn logistic(t: real) -> real {
  let size = abs(t);
  let parts = exp_parts(select(size, real(88.0), size > real(88.0)), real(0.0));
  let sum = parts.first + parts.rest;
  let down = power_of_two(-parts.power);
  let large = select(real(0.0), down, down > real(LOGISTIC_SPLIT));
  let base = 1.0 + large;
  let added = sum + barrier(down - large);
  let denominator = barrier(base + added);
  let inverse = 1.0 / denominator;
  let value = refine_quotient(inverse, inverse * (barrier(denominator - base) - added), denominator) * down;
  return select(1.0 - value, value, t < real(0.0));
}

// x·σ(t + t_low) for -175.6 <= t <= 88, where 88 stands for all beyond and -175.6 gives 0; x finite where t < 0.
// x·down/(A + B + B·sum), e^-t = 2^power·(1 + sum), A = min(1, 2^-power), B = min(1, 2^power): no case for t's sign.
fn logistic_product(x: real, t: real, t_low: real) -> real {
  let parts = exp_parts(-t, -t_low);
  let positive = parts.power < real(0.0);
  let steps = abs(parts.power);
  let scale = power_of_two(-select(steps, real(126.0), steps > real(126.0)));
  let up = select(real(1.0), scale, positive);
  let down = select(scale, real(1.0), positive);
  let large = select(real(0.0), scale, scale > real(LOGISTIC_SPLIT));
  let base = 1.0 + large;
  let added = up * (parts.first + parts.rest) + barrier(scale - large);
  let denominator = barrier(base + added);
  let ratio = x / denominator;
  let refined = refine_quotient(ratio, ratio * (barrier(denominator - base) - added), denominator);
  let further = 126.0 - parts.power;
  let value = barrier(refined * down) * power_of_two(select(further, real(0.0), further > real(0.0)));
  return select(value, x, t >= real(88.0));
}

struct LogisticBell { lifted: real, inverse: real, denominator: real, excess: real, sum: real }

// e^-(size + size_low) = inverse, e^size = (1 + sum)/(lifted·2^-25) and 2 + e^size + e^-size = (denominator + excess)/(lifted·2^-25),
// for 0 <= size <= 105.6.
fn logistic_bell(size: real, size_low: real) -> LogisticBell {
  let parts = exp_parts(size, size_low);
  let lifted = power_of_two(25.0 - parts.power);
  let down = lifted * 0x1p-25;
  let divisor = barrier(1.0 + (parts.first + parts.rest));
  let ratio = down / divisor;
  let inverse = refine_quotient(ratio, ratio * (barrier(barrier(divisor - 1.0) - parts.first) - parts.rest), divisor);
  let large = select(real(0.0), down, down > real(LOGISTIC_SPLIT));
  let base = 1.0 + 2.0 * large;
  let small = parts.rest + (2.0 * barrier(down - large) + down * inverse);
  let denominator = barrier(base + (parts.first + small));
  let excess = barrier(barrier(base - denominator) + parts.first) + small;
  return LogisticBell(lifted, inverse, denominator, excess, parts.first + parts.rest);
}

// factor·σ(t)·σ(-t) of t + t_low
fn logistic_slope(t: real, t_low: real, factor: f32) -> real {
  let size = abs(t);
  return logistic_bell_slope(logistic_bell(select(size, real(105.2), size > real(105.2)), select(t_low, -t_low, t < real(0.0))), factor);
}

fn logistic_bell_slope(bell: LogisticBell, factor: f32) -> real {
  let inverse = 1.0 / bell.denominator;
  return refine_quotient(inverse, -inverse * bell.excess, bell.denominator) * bell.lifted * (factor * 0x1p-25);
}

// x·σ(-size) where negative, else x·σ(size) = x - x·σ(-size); |x| <= 2^100
fn logistic_bell_product(bell: LogisticBell, x: real, negative: logic) -> real {
  let down = bell.lifted * 0x1p-25;
  let large = select(real(0.0), down, down > real(LOGISTIC_SPLIT));
  let base = 1.0 + large;
  let added = bell.sum + barrier(down - large);
  let denominator = barrier(base + added);
  let ratio = x * bell.lifted / denominator;
  let product = barrier(refine_quotient(ratio, ratio * (barrier(denominator - base) - added), denominator)) * 0x1p-25;
  return select(x - product, product, negative);
}

// The derivative h of t·σ(t): h(t) = (1 + t + e^t)/(2 + e^t + e^-t) for t <= 0, whose numerator is first + rest + low,
// and h(-t) = 1 - h(t).
fn logistic_bell_ratio(bell: LogisticBell, first: real, rest: real, low: real, negative: logic) -> real {
  let value = barrier(quotient_of_sums(first, rest, low, bell.denominator, bell.excess) * bell.lifted) * 0x1p-25;
  return select(1.0 - value, value, negative);
}

// x·σ(t + t_low), |x| <= 2^100, and h(t + t_low), t = -size where negative.
// Within 0.62 below and 0.35 above the root the numerator is -s·(1 + H(s)), s = size - r in two floats, H a polynomial: it is
// then as exact relative to itself as s. Elsewhere 1 - size is exact and e^-size smaller.
fn logistic_product_with_derivative(x: real, t: real, t_low: real) -> Both {
  let negative = t < real(0.0);
  let magnitude = abs(t);
  let size = select(magnitude, real(105.2), magnitude > real(105.2));
  let size_low = select(t_low, -t_low, negative);
  let bell = logistic_bell(size, size_low);
  let s_high = barrier(size - LOGISTIC_ROOT);
  let s_low = size_low - LOGISTIC_ROOT_LOW;
  let s = s_high + s_low;
  let near = abs(s + 0.135) < real(0.485);
  let near_rest = s_low + s * (0x1.1d25dp-2 + s * (-0x1.1d25cep-3 + s * (0x1.7c31cep-5 + s * (-0x1.7c3696p-7
    + s * (0x1.303a74p-9 + s * (-0x1.921d4ep-12 + s * 0x1.09fa58p-14))))));
  let first = select(1.0 - size, -s_high, near);
  let rest = select(bell.inverse, -near_rest, near);
  let derivative = logistic_bell_ratio(bell, first, rest, select(-size_low, real(0.0), near), negative);
  return both(logistic_bell_product(bell, x, negative), derivative);
}
