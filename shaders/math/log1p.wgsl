// ln(1 + e^t) for t + t_low in two floats, and what it is made of.
const LOG1P_LN2: f32 = 0.693147182464599609375;
const LOG1P_LN2_LOW: f32 = -1.9046542121259335544891655445098876953125e-9;

// ln(1 + e^-(u + u_low)) for u >= 1.125
fn log1p_exp_tail(u: real, u_low: real) -> real {
  let parts = exp_parts(max(-u, real(-100.0)), -u_low);
  let scale = power_of_two(max(parts.power, real(-127.0)));
  let significand = 1.0 + (parts.first + parts.rest);
  let t = scale * significand;
  let quotient = -0.4999999701976776123046875 + t * (0.3333265483379364013671875 + t * (-0.24974514544010162353515625
    + t * (0.1964422762393951416015625 + t * (-0.14343841373920440673828125 + t * 6.6712148487567901611328125e-2))));
  return scale * (1.0 + (parts.first + (parts.rest + (significand * t) * quotient)));
}

// ln(1 + e^(u + u_low)) for |u| <= 1.125: ln 2 + u/2 and an even function
fn log1p_exp_center(u: real, u_low: real) -> real {
  let square = u * u;
  let even = square * (0.125 + square * (-5.2083083428442478179931640625e-3 + square * (3.4702871926128864288330078125e-4
    + square * (-2.5878243832266889512538909912109375e-5 + square * 1.664787532718037255108356475830078125e-6))));
  return LOG1P_LN2 + (0.5 * u + (even + (0.5 * u_low + LOG1P_LN2_LOW)));
}
