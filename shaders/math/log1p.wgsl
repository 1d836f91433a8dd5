// ln(1 + e^u) for u + u_low in two floats, in parts: 2^power·(base + rest), plus u itself where `beyond`.
const LOG1P_LN2: f32 = 0.693147182464599609375;
const LOG1P_LN2_LOW: f32 = -1.9046542121259335544891655445098876953125e-9;

struct Log1pExp { power: real, base: real, rest: real, beyond: logic }

fn log1p_exp(u: real, u_low: real) -> Log1pExp {
  let positive = u > real(0.0);
  let size = abs(u);
  let bounded = size < real(175.0);
  let low = select(real(0.0), select(u_low, -u_low, positive), bounded);
  let parts = exp_parts(select(real(-175.0), -size, bounded), low);
  let significand = 1.0 + (parts.first + parts.rest);
  let t = significand * power_of_two(select(parts.power, real(-127.0), parts.power < real(-127.0)));
  let quotient = -0.4999999701976776123046875 + t * (0.3333265483379364013671875 + t * (-0.24974514544010162353515625
    + t * (0.1964422762393951416015625 + t * (-0.14343841373920440673828125 + t * 6.6712148487567901611328125e-2))));
  let tail = parts.first + (parts.rest + (significand * t) * quotient);

  let square = u * u;
  let even = square * (0.125 + square * (-5.2083083428442478179931640625e-3 + square * (3.4702871926128864288330078125e-4
    + square * (-2.5878243832266889512538909912109375e-5 + square * 1.664787532718037255108356475830078125e-6))));
  let center = 0.5 * u + (even + (0.5 * u_low + LOG1P_LN2_LOW));

  let near = size < real(1.125);
  return Log1pExp(select(parts.power, real(0.0), near), select(real(1.0), real(LOG1P_LN2), near), select(tail, center, near),
    positive & !near);
}
