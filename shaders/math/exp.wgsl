// e^(x + x_low) = 2^power · (1 + first + rest), the parts left unadded for callers that need more than float32.
//
// Method: Cody-Waite. power = round(x / ln 2); the 15 bits of EXP_LN2_HIGH make power · EXP_LN2_HIGH exact for
// |power| <= 511, and the subtraction from x is exact too, so `first` has no error; its correction and the polynomial's
// r²·q(r) are in `rest`. The barrier keeps the two subtractions apart: together they would use ln 2 as one float32.
// floor(v + 0.5) and not round(v), which takes SwiftShader five times as long.
// Domain: |x| <= 350, |x_low| <= 2^-10; NaN gives any value. Error of 1 + first + rest: 0.16 ULP measured, of which the
// polynomial has 0.002.
// Constants and coefficients: exp.sollya (fpminimax).
const EXP_LOG2_E: f32 = 1.442695040888963407359924681001892137;
const EXP_LN2_HIGH: f32 = 0.693145751953125;
const EXP_LN2_LOW: f32 = 1.428606820309417232121458176568e-6;

struct ExpParts { power: real, first: real, rest: real }

fn exp_parts(x: real, x_low: real) -> ExpParts {
  let power = floor(x * EXP_LOG2_E + 0.5);
  let first = barrier(x - power * EXP_LN2_HIGH);
  let low = x_low - power * EXP_LN2_LOW;
  let r = first + low;
  return ExpParts(power, first, low + (r * r) * exp_quotient(r));
}

// (e^r - 1 - r) / r² for |r| <= 0.3535
fn exp_quotient(r: real) -> real {
  return 0.5 + r * (0x1.555556p-3 + r * (0x1.5554dap-5 + r * (0x1.110ff2p-7 + r * (0x1.6d5ebap-10 + r * 0x1.a2696ep-13))));
}

// v · 2^power for power in [-254, 254], in two steps, each an exact product where the result is a normal number
fn scale_by_power(v: real, power: real) -> real {
  let half = floor(0.5 * power);
  return barrier(v * power_of_two(half)) * power_of_two(power - half);
}

// e^x for every x but NaN: 0.84 ULP measured
fn exponential_of(x: real) -> real {
  let lower = select(x, real(-110.0), x < real(-110.0));
  let parts = exp_parts(select(lower, real(90.0), x > real(90.0)), real(0.0));
  return scale_by_power(1.0 + barrier(parts.first + parts.rest), parts.power);
}
