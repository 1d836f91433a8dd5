// tanhshrink(x) = x - tanh x; derivative tanh² x
// Method: below 1.03 x³·factor, a polynomial in x² - TANHSHRINK_MIDDLE; of both the leading bits, of which the product is exact,
// and what they leave, at most a fifth. Above (|x| - 1) + tanh_missing (tanh_pieces.wgsl), the first exact.
// Below 2^-20 x is lifted by 2^40 first: what the leading bits leave would be subnormal.
// The derivative is x² + x⁴·tail(x²) below 0.6, above (D - 4)/D with D = 2 + e^2|x| + e^-2|x|.
// Error over every float32: value 1.36 ULP, derivative 1.32.
// Coefficients: tanhshrink.sollya (fpminimax).

const TANHSHRINK_MIDDLE: f32 = 0x1.0d8p-1;
const TANHSHRINK_FACTOR: f32 = 0x1.1a161ep-2;   // there, to 2^-37 of it

fn tanhshrink(x: real) -> real {
  let size = abs(x);
  let tiny = size < real(0x1p-20);
  let v = x * x;
  let w = v - TANHSHRINK_MIDDLE;
  let tail = w * (-0x1.7330d8p-4 + w * (0x1.ef1312p-6 + w * (-0x1.4aaacap-7 + w * (0x1.b9457ep-9 + w * (-0x1.268e8p-10
    + w * (0x1.a32aep-12 + w * -0x1.1b4572p-13))))));
  let factor = TANHSHRINK_FACTOR + tail;
  // 9 bits of it, and 5 of x: 24 of the product
  let leading = bitcast<real>(bitcast<bits>(factor) & bits(0xffff8000u));
  let rest = barrier(TANHSHRINK_FACTOR - leading) + tail;
  let lifted = select(x, x * 0x1p40, tiny);
  let near = bitcast<real>(bitcast<bits>(lifted) & bits(0xfff80000u));
  let cube = near * near * near;
  let further = (lifted - near) * (lifted * lifted + near * (lifted + near));
  let product = cube * leading + barrier(cube * rest + further * factor);
  let small = product * select(real(1.0), real(0x1p-120), tiny);

  let large = barrier(size - 1.0) + tanh_missing(size, real(0.0), real(1.0));
  return propagate_nan(x, select(with_sign(large, x), small, size < real(1.03)));
}

// x² and its rounding error for 2^-50 < |x| < 2^50: Dekker's square, the upper 12 bits of x having an exact one
struct TanhshrinkSquare { first: real, rest: real }

fn tanhshrink_square(x: real) -> TanhshrinkSquare {
  let upper = upper_half(x);
  return TanhshrinkSquare(upper * upper, (x - upper) * (x + upper));
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
