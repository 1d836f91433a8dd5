// The logistic function σ(t) = 1/(1+e^-t), its slope and its products, each before NaN is put back.
//
// Method: e^size = 2^power·(1 + sum) with sum unrounded (exp.wgsl) and size = |t|, so that
//   σ(-size) = down/(down + 1 + sum), down = 2^-power,
// which is one division. The denominator's rounding error is kept (Fast2Sum) and corrects every quotient, so that two roundings
// remain: the quotient's and the correction's. Factors go into the numerator, σ(size) is 1 - σ(-size).
// Results down to 2^-126 are scaled in two steps, the first product staying normal.
// Measured over every float32, in ULP: σ 1.47, its slope 1.46, x·σ(t) 1.45, its derivative 1.95.
// Constants and coefficients: logistic.sollya (fpminimax).
const LOGISTIC_ROOT: f32 = 0x1.474974p+0;   // r of 1 - r + r·σ(-r) = 0: -r is the root of (t·σ(t))′
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

// σ(-size) = down/(denominator + excess), down = lifted·2^-25
struct LogisticParts { lifted: real, down: real, denominator: real, excess: real }

// |t|, from 105.2 on 105.2, where σ(-|t|) is 0
fn logistic_size(t: real) -> real {
  return bounded_magnitude(t, 0x42d26666);
}

// for 0 <= size + size_low <= 105.6
fn logistic_parts(size: real, size_low: real) -> LogisticParts {
  let parts = exp_parts(size, size_low);
  let lifted = power_of_two(25.0 - parts.power);
  let down = lifted * 0x1p-25;
  let added = barrier((parts.first + parts.rest) + down);
  let denominator = barrier(1.0 + added);
  return LogisticParts(lifted, down, denominator, added - barrier(denominator - 1.0));
}

// σ(-size)·(first + rest + low)·2^25
fn logistic_lifted(parts: LogisticParts, first: real, rest: real, low: real) -> real {
  return barrier(quotient_of_sums(first, rest, low, parts.denominator, parts.excess) * parts.lifted);
}

// x·σ(-size) where negative, else x·σ(size) = x - x·σ(-size); |x| <= 2^100
fn logistic_part_product(parts: LogisticParts, x: real, negative: logic) -> real {
  let ratio = x * parts.lifted / parts.denominator;
  let product = barrier(refine_quotient(ratio, -ratio * parts.excess, parts.denominator)) * 0x1p-25;
  return select(x - product, product, negative);
}

// σ(t)
fn logistic(t: real) -> real {
  return logistic_part_product(logistic_parts(logistic_size(t), real(0.0)), real(1.0), t < real(0.0));
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
  let added = up * (parts.first + parts.rest) + scale;
  let denominator = barrier(1.0 + added);
  let ratio = x / denominator;
  let refined = refine_quotient(ratio, ratio * (barrier(denominator - 1.0) - added), denominator);
  let further = 126.0 - parts.power;
  let value = barrier(refined * down) * power_of_two(select(further, real(0.0), further > real(0.0)));
  return select(value, x, t >= real(88.0));
}

// factor·σ(t)·σ(-t) of t + t_low
fn logistic_slope(t: real, t_low: real, factor: f32) -> real {
  return logistic_lifted_slope(logistic_parts(logistic_size(t), times_sign(t_low, t)), real(factor), real(0.0)) * 0x1p-25;
}

// (factor + factor_low)·σ(-size)·(1 - σ(-size))·2^25
fn logistic_lifted_slope(parts: LogisticParts, factor: real, factor_low: real) -> real {
  let inverse = 1.0 / parts.denominator;
  let rest = inverse * parts.down * factor;
  return logistic_lifted(parts, factor, -rest, factor_low + rest * inverse * parts.excess);
}

// x·σ(t) and its derivative as below, s being size - r
fn logistic_both(x: real, negative: logic, size: real, size_low: real) -> Both {
  return logistic_product_with_derivative(x, negative, size, size_low, barrier(size - LOGISTIC_ROOT), size_low - LOGISTIC_ROOT_LOW);
}

// x·σ(t), |x| <= 2^100, and its derivative h(t), t = -(size + size_low) where negative, else size + size_low:
// h(-size) = v·(1 - size + size·v), v = σ(-size), and h(size) = 1 - h(-size).
// From 0.62 below the root to 0.4 above it the second factor is -s·(1 + s·K(s)), K a polynomial: it is then as exact relative to
// itself as s = size + size_low - r, which is s_first + s_rest. Elsewhere the error of 1 - size is kept.
fn logistic_product_with_derivative(x: real, negative: logic, size: real, size_low: real, s_first: real, s_rest: real) -> Both {
  let parts = logistic_parts(size, size_low);
  let s = s_first + s_rest;
  let near = abs(s + 0.11) < real(0.51);
  let near_rest = s_rest + (s * s) * (0x1.be1414p-4 + s * (-0x1.907472p-5 + s * (0x1.352ce6p-8 + s * (0x1.91356p-9
    + s * (-0x1.1b7b54p-10 + s * -0x1.93f45p-14)))));
  let inverse = 1.0 / parts.denominator;
  let v = inverse * parts.down;
  let share = size * v;
  let beyond = barrier(1.0 - size);
  let beyond_low = barrier(barrier(1.0 - beyond) - size) - (size_low * (1.0 - v) + share * inverse * parts.excess);
  let first = select(beyond, -s_first, near);
  let rest = select(share, -near_rest, near);
  let slope = logistic_lifted(parts, first, rest, select(beyond_low, real(0.0), near)) * 0x1p-25;
  return both(logistic_part_product(parts, x, negative), select(1.0 - slope, slope, negative));
}
