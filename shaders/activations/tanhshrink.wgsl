// tanhshrink(x) = x - tanh x; derivative tanh² x
// Method: below 1.15 x³·(1/3 + tail(x²)), multiplied out in two floats; above (|x| - 1) + (1 - tanh|x|), the first exact.
// Below 2^-20 x is lifted by 2^40 first: its low part's products would be subnormal.
// The derivative is x² + x⁴·tail(x²) below 0.9, 1 - sech² x above.
// Error, measured with scattered inputs of every exponent: value 1.27 ULP, derivative 1.93.
// Coefficients: tanhshrink.sollya (fpminimax).

// x² and its rounding error for 2^-50 < |x| < 2^50: Dekker's square, the upper 12 bits of x having an exact one
struct TanhshrinkSquare { first: real, rest: real }

fn tanhshrink_square(x: real) -> TanhshrinkSquare {
  let upper = bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
  return TanhshrinkSquare(barrier(upper * upper), (x - upper) * (x + upper));
}

fn tanhshrink(x: real) -> real {
  let size = abs(x);
  let tiny = size < real(0x1p-20);
  let v = x * x; // to float32, enough for the tail
  let tail = v * (-0x1.11111p-3 + v * (0x1.ba1a94p-5 + v * (-0x1.66301cp-6 + v * (0x1.20f0e4p-7 + v * (-0x1.c40b2ap-9
    + v * (0x1.39addap-10 + v * (-0x1.3fa0a2p-12 + v * 0x1.4a975ep-15)))))));
  let lifted = select(x, x * 0x1p40, tiny);
  let square = tanhshrink_square(lifted);
  let s = square.first + square.rest;
  let factor = bitcast<real>(bitcast<bits>(0x1.555556p-2 + tail) & bits(0xfffff000u));
  let factor_rest = (barrier(0x1.555556p-2 - factor) + tail) - 0x1.555556p-27;
  let s_upper = bitcast<real>(bitcast<bits>(s) & bits(0xfffff000u));
  let s_rest = (square.first - s_upper) + square.rest;
  let product = barrier(s_upper * factor);
  let product_rest = s_upper * factor_rest + s_rest * (factor + factor_rest);
  let ratio = bitcast<real>(bitcast<bits>(product + product_rest) & bits(0xfffff000u));
  let ratio_rest = (product - ratio) + product_rest;
  let upper = bitcast<real>(bitcast<bits>(lifted) & bits(0xfffff000u));
  let cube = barrier(upper * ratio) + (upper * ratio_rest + (lifted - upper) * (ratio + ratio_rest));
  let small = cube * select(real(1.0), real(0x1p-120), tiny);

  let bounded = select(size, real(20.0), size > real(20.0));
  let parts = exp_parts(2.0 * bounded, real(0.0));
  let down = power_of_two(-parts.power);
  let distance = (2.0 * down) / ((1.0 + down) + (parts.first + parts.rest));   // 1 - tanh|x|
  let large = (size - 1.0) + distance;
  return propagate_nan(x, select(select(large, -large, x < real(0.0)), small, size < real(1.15)));
}

fn tanhshrink_derivative(x: real) -> real {
  let square = tanhshrink_square(x);
  let s = square.first + square.rest;
  let tail = -0x1.555556p-1 + s * (0x1.82d856p-2 + s * (-0x1.931a32p-3 + s * (0x1.8f299ep-4 + s * (-0x1.7b36bep-5
    + s * (0x1.4d38e4p-6 + s * (-0x1.d32116p-8 + s * 0x1.67d4cap-10))))));
  let small = square.first + (square.rest + (s * s) * tail);
  let size = abs(x);
  let tiny = select(small, x * x, size < real(0x1p-30));
  let large = 1.0 - logistic_slope(2.0 * size, real(0.0), 4.0);
  return propagate_nan(x, select(large, tiny, size < real(0.9)));
}
