// Products of the logistic function σ(t) = 1/(1+e^-t), of an argument t + t_low in two floats, with no branch on t's sign.
//
// Method: e^-t = 2^power·(1 + sum). Numerator and denominator of x/(1+e^-t) are multiplied by A = min(1, 2^-power):
// x·A/(A + B + B·sum) with B = min(1, 2^power). A + B is exact up to its last bit, so the denominator is rounded once, the
// quotient once, and nothing overflows.
const LOGISTIC_ROOT: f32 = 0x1.474974p+0;        // r of r = 1 + e^-r: -r is the root of (t·σ(t))′
const LOGISTIC_ROOT_LOW: f32 = -0x1.bdf6fap-27;
const LOGISTIC_ROOT_EXP: f32 = 0x1.1d25dp-2;    // e^-r

// σ(t)
fn logistic(t: real) -> real {
  let parts = exp_parts(clamp(-t, real(-88.0), real(88.0)), real(0.0));
  let up = power_of_two(min(parts.power, real(0.0)));
  let down = power_of_two(-max(parts.power, real(0.0)));
  return down / (1.0 + (up * down + up * (parts.first + parts.rest)));
}

// x·σ(t + t_low); x finite where t < 0
fn logistic_product(x: real, t: real, t_low: real) -> real {
  let parts = exp_parts(clamp(-t, real(-88.0), real(175.6)), -t_low);
  let up = power_of_two(min(parts.power, real(0.0)));
  let down = power_of_two(-clamp(parts.power, real(0.0), real(126.0)));
  let further = power_of_two(126.0 - max(parts.power, real(126.0)));
  let ratio = x / (1.0 + (up * down + up * (parts.first + parts.rest)));
  return barrier(ratio * down) * further;
}

// h(t) = σ(t)·(1 + t·σ(-t)), the derivative of t·σ(t), for t + t_low.
// h(t) = (1 + t + e^t)/(2 + e^t + e^-t) for t <= 0, and h(-t) = 1 - h(t).
fn logistic_product_derivative(t: real, t_low: real) -> real {
  let negative = t < real(0.0);
  let size = min(abs(t), real(105.0));
  let size_low = select(t_low, -t_low, negative);
  let from_root = size - LOGISTIC_ROOT;
  let near = abs(from_root) < real(0.8);
  let low = select(size_low, size_low - LOGISTIC_ROOT_LOW, near);
  let parts = exp_parts(select(size, from_root, near), low);
  let sum = parts.first + parts.rest;
  let inverse = 1.0 / (1.0 + sum);
  let lifted = power_of_two(25.0 - parts.power);
  let scale = lifted * select(real(1.0), real(LOGISTIC_ROOT_EXP), near);
  let down = scale * 0x1p-25;
  let e = down * inverse;
  let near_numerator = from_root + (low + LOGISTIC_ROOT_EXP * (((1.0 - lifted * 0x1p-25) + sum) * inverse));
  let numerator = select((size - 1.0) - (e - size_low), near_numerator, near);
  let value = barrier(-numerator / (1.0 + (sum + down * (2.0 + e))) * scale) * 0x1p-25;
  return select(1.0 - value, value, negative);
}

// factor·σ(t)·σ(-t), factor a power of two
fn logistic_slope(t: real, factor: f32) -> real {
  let parts = exp_parts(min(abs(t), real(88.0)), real(0.0));
  let sum = parts.first + parts.rest;
  let down = power_of_two(-parts.power);
  let excess = sum + down * (2.0 + down / (1.0 + sum));
  let denominator = barrier(1.0 + excess);
  let inverse = 1.0 / denominator;
  return (inverse - inverse * (inverse * ((1.0 - denominator) + excess))) * (factor * down);
}
