// Parts of x·tanh(ln(1 + e^x)) and of its derivative around 0, where the exponential formulas cancel.
//
// Method: polynomials of which the leading linear part is taken off exactly, by a multiple of 2^-8 or 2^-12 near x, so that
// their roundings hardly show; the derivative has its root factored out.
// Coefficients, and their errors: tanh_softplus.sollya (minimax).
const TANH_SOFTPLUS_ROOT: f32 = -0x1.31432cp0;
const TANH_SOFTPLUS_ROOT_HIGH: f32 = -0x1.314p0;        // a multiple of 2^-12 near it, and what that leaves
const TANH_SOFTPLUS_ROOT_LOW: f32 = -0x1.96p-15;
const TANH_SOFTPLUS_ROOT_REST: f32 = 0x1.beb774p-31;    // what TANH_SOFTPLUS_ROOT leaves of the root, times the slope there

// x·tanh(ln(1 + e^x)) for x in [-1.05, 0.75]
fn tanh_softplus_product(x: real) -> real {
  let rest = 0x1.999996p-8 + x * (0x1.eb84c4p-8 + x * (-0x1.06249ap-6 + x * (-0x1.77bc04p-5
    + x * (-0x1.883a3cp-12 + x * (0x1.0003f2p-7 + x * (0x1.c2eb86p-11 + x * (-0x1.474548p-10
    + x * (-0x1.3429fap-12 + x * (0x1.3ed948p-13 + x * 0x1.f5c06ap-15)))))))));
  let high = floor(x * 256.0) * 0x1p-8;
  let product = barrier(x * (0.59375 + 0.3125 * high)) + x * (0.3125 * barrier(x - high) + rest);
  // the second product would be subnormal, which arithmetic may take for 0, where the first is not
  return select(product, x * 0.6, abs(x) < real(0x1p-60));
}

// its derivative for x in [-1.74, 0.25]
fn tanh_softplus_product_slope(x: real) -> real {
  let distance = x - TANH_SOFTPLUS_ROOT;
  let rest = -0x1.7529a6p-5 + distance * (0x1.a34a28p-3 + distance * (0x1.574f3p-5
    + distance * (-0x1.4c24e4p-6 + distance * (-0x1.03389cp-6 + distance * (-0x1.b7b244p-9
    + distance * (0x1.1df63ep-10 + distance * (0x1.fb3f6p-11 + distance * (0x1.208278p-12
    + distance * (-0x1.2332bep-16 + distance * (-0x1.a31ae8p-14 + distance * (-0x1.106354p-18
    + distance * 0x1.2840aap-17)))))))))));
  let near = floor(x * 4096.0 + 0.7) * 0x1p-12;   // 0.7 puts the root amid a step
  let high = barrier(near - TANH_SOFTPLUS_ROOT_HIGH);
  let low = barrier(x - near) - TANH_SOFTPLUS_ROOT_LOW;
  return 0.3125 * high
    + barrier(barrier(0.3125 * low) + (high * rest + (low * rest + TANH_SOFTPLUS_ROOT_REST)));
}
