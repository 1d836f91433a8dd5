// tanhshrink(x) = x - tanh x; derivative tanh² x
// Method: below 1.03 x³·(1/3 + tail(x²)), multiplied out in two floats; above (|x| - 1) + 2·σ(-2|x|), the first exact.
// Below 2^-20 x is lifted by 2^40 first: its low part's products would be subnormal.
// The derivative is x² + x⁴·tail(x²) below 0.6, above (D - 4)/D with D = 2 + e^2|x| + e^-2|x|.
// Error over every float32: value 1.49 ULP, derivative 1.32.
// Coefficients: tanhshrink.sollya (fpminimax).

// x² and its rounding error for 2^-50 < |x| < 2^50: Dekker's square, the upper 12 bits of x having an exact one
struct TanhshrinkSquare { first: real, rest: real }

fn tanhshrink_square(x: real) -> TanhshrinkSquare {
  let upper = upper_half(x);
  return TanhshrinkSquare(upper * upper, (x - upper) * (x + upper));
}

fn tanhshrink(x: real) -> real {
  let size = abs(x);
  let tiny = size < real(0x1p-20);
  let v = x * x; // to float32, enough for the tail
  let tail = v * (-0x1.11111p-3 + v * (0x1.ba1adep-5 + v * (-0x1.663a92p-6 + v * (0x1.216e06p-7 + v * (-0x1.c961dap-9
    + v * (0x1.4855e4p-10 + v * (-0x1.670bbcp-12 + v * 0x1.9d3e52p-15)))))));
  let lifted = select(x, x * 0x1p40, tiny);
  let square = tanhshrink_square(lifted);
  let s = square.first + square.rest;
  let factor = upper_half(0x1.555556p-2 + tail);
  let factor_rest = (barrier(0x1.555556p-2 - factor) + tail) - 0x1.555556p-27;
  let s_upper = upper_half(s);
  let s_rest = (square.first - s_upper) + square.rest;
  let product = barrier(s_upper * factor);
  let product_rest = s_upper * factor_rest + s_rest * (factor + factor_rest);
  let ratio = upper_half(product + product_rest);
  let ratio_rest = (product - ratio) + product_rest;
  let upper = upper_half(lifted);
  let cube = upper * ratio + (upper * ratio_rest + (lifted - upper) * (ratio + ratio_rest));
  let small = cube * select(real(1.0), real(0x1p-120), tiny);

  let parts = logistic_parts(2.0 * bounded_magnitude(x, 0x41a00000), real(0.0));
  let inverse = parts.lifted / parts.denominator;
  let large = (size - 1.0) + barrier(refine_quotient(inverse, -inverse * parts.excess, parts.denominator)) * 0x1p-24;
  return propagate_nan(x, select(select(large, -large, x < real(0.0)), small, size < real(1.03)));
}

// 2 + e^t + e^-t = (denominator + excess)/down for 1.2 <= t <= 87
struct TanhshrinkSum { down: real, denominator: real, excess: real }

fn tanhshrink_sum(t: real) -> TanhshrinkSum {
  let parts = exp_parts(t, real(0.0));
  let down = power_of_two(-parts.power);
  let inverse = down / (1.0 + (parts.first + parts.rest));
  let large = select(real(0.0), down, down > real(0x1p-12));
  let base = 1.0 + 2.0 * large;
  let small = parts.rest + (2.0 * barrier(down - large) + down * inverse);
  let denominator = barrier(base + (parts.first + small));
  return TanhshrinkSum(down, denominator, barrier(barrier(base - denominator) + parts.first) + small);
}

fn tanhshrink_derivative(x: real) -> real {
  let square = tanhshrink_square(x);
  let s = square.first + square.rest;
  let tail = -0x1.555556p-1 + s * (0x1.82d83ap-2 + s * (-0x1.930ed8p-3 + s * (0x1.8dcacep-4 + s * (-0x1.698ce2p-5
    + s * 0x1.ce267p-7))));
  let small = square.first + (square.rest + (s * s) * tail);
  let size = bounded_magnitude(x, 0x41a00000);   // 20, where tanh² is 1
  let tiny = select(small, x * x, size < real(0x1p-30));
  let sum = tanhshrink_sum(2.0 * size);
  let large = quotient_of_sums(sum.denominator, -4.0 * sum.down, sum.excess, sum.denominator, sum.excess);
  return propagate_nan(x, select(large, tiny, size < real(0.6)));
}
