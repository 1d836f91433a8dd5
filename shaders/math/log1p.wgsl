// ln(1 + e^(u + u_low)) in parts: 2^power·(base + rest), plus u itself where `beyond`.
//
// Method: for |u| >= 1.125, with t = e^-|u| = 2^power·(1 + sum), ln(1 + t) = 2^power·(1 + (sum + t·(1 + sum)·q(t))), so t is never
// rounded; q(t) = (ln(1 + t) - t)/t². Below, where u and the rest would cancel, ln 2 + u/2 and an even polynomial.
// Any u and u_low, |u_low| <= 2^-24·|u|; NaN gives garbage. Coefficients, and their errors: log1p.sollya (minimax).
const LOG1P_LN2: f32 = 0x1.62e43p-1;
const LOG1P_LN2_LOW: f32 = -0x1.05c61p-29;

struct Log1pExp { power: real, base: real, rest: real, beyond: logic }

// (ln(1 + t) - t)/t² for t in [0, 0.325]
fn log1p_quotient(t: real) -> real {
  return -0x1.fffffep-2 + t * (0x1.55538ep-2 + t * (-0x1.ff7a62p-3 + t * (0x1.925054p-3
    + t * (-0x1.25c30ap-3 + t * 0x1.1140c2p-4))));
}

// ln(2·cosh(u/2)) - ln 2 for u² = square <= 1.27
fn log1p_exp_even(square: real) -> real {
  return square * (0x1p-3 + square * (-0x1.5554eap-8 + square * (0x1.6be2dp-12
    + square * (-0x1.b22a36p-16 + square * 0x1.bee354p-20))));
}

fn log1p_exp(u: real, u_low: real) -> Log1pExp {
  let positive = u > real(0.0);
  let size = abs(u);
  let bounded = size < real(175.0);   // 2^-252 is below 2^-126 even after a division by the least normal number
  let low = select(real(0.0), select(u_low, -u_low, positive), bounded);
  let parts = exp_parts(select(real(-175.0), -size, bounded), low);
  let significand = 1.0 + (parts.first + parts.rest);
  let t = significand * power_of_two(select(parts.power, real(-127.0), parts.power < real(-127.0)));
  let tail = parts.first + (parts.rest + (significand * t) * log1p_quotient(t));
  let center = 0.5 * u + (log1p_exp_even(u * u) + (0.5 * u_low + LOG1P_LN2_LOW));
  let near = size < real(1.125);
  return Log1pExp(select(parts.power, real(0.0), near), select(real(1.0), real(LOG1P_LN2), near), select(tail, center, near),
    positive & !near);
}
