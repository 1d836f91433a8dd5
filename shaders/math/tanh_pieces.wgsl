// tanh in two pieces, t + t·tanh_bend(t²) up to 0.75 and 1 - tanh_missing(t) from there on.
//
// Method: each piece is a small term beside an exact one. tanh_bend is at most 0.16, so its roundings hardly show; it is a
// polynomial. tanh_missing is 2/(1 + e^2t), at most 0.37, so one plain quotient is enough.
// Coefficients, and their error, 2^-27 of tanh: tanh_pieces.sollya (fpminimax).

const TANH_MIDDLE: f32 = 0.75;
const TANH_END: f32 = 9.1;      // beyond it tanh is 1 in float32

// tanh(t)/t - 1 of v = t²
fn tanh_bend(v: real) -> real {
  return v * (-0x1.555554p-2 + v * (0x1.111024p-3 + v * (-0x1.b9d3b2p-5 + v * (0x1.6209bcp-6 + v * (-0x1.03a58cp-7
    + v * 0x1.f31670p-10)))));
}

// factor·(1 - tanh(t + t_low)), where t beyond 21 counts as 21
fn tanh_missing(t: real, t_low: real, factor: real) -> real {
  let parts = exp_parts(2.0 * bounded_magnitude(t, 0x41a80000), 2.0 * t_low);
  let scale = power_of_two(parts.power);
  return 2.0 * factor / ((1.0 + scale) + scale * (parts.first + parts.rest));
}
