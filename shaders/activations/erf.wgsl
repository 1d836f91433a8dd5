// erf(x) = 2/√π·∫₀ˣ e^(−t²) dt; derivative 2/√π·e^(−x²).
// Method: x + x·p(x²) below 0.875, whose second term is small; above, 1 − e^(−x²)·G(√2·x)·√2/x with
// G of erfc.wgsl.
// Error over every float32: value 1.38 ULP, derivative 0.73.
// Coefficients, and their error: test/goldens/coefficients.py (near-minimax).
const ERF_SLOPE: f32 = 0x1.20dd76p+0;       // 2/√π in two floats
const ERF_SLOPE_LOW: f32 = -0x1.f7ac92p-25;

fn erf(x: real) -> real {
  let square = x * x;
  let inner = x + barrier(x * (0x1.06eba8p-3 + square * (-0x1.812742p-2 + square * (0x1.ce2df4p-4 + square * (-0x1.b80e06p-6
    + square * (0x1.54ca32p-8 + square * (-0x1.aa81bep-11 + square * 0x1.5e2652p-14)))))));
  let size = bounded_magnitude(x, 0x40a00000);   // 5, where erfc is below 2^-38
  let parts = exp_square_parts(size);
  let scaled = (GAUSSIAN_TAIL + gaussian_tail(size * 0x1.6a09e6p+0)) * 0x1.6a09e6p+0 / size;
  let outer = 1.0 - power_of_two(parts.power) * (scaled + scaled * (parts.first + parts.rest));
  let value = select(with_sign(outer, x), inner, size < real(0.875));
  // products with the small terms would be subnormal
  let near = select(value, x * ERF_SLOPE, size < real(0x1p-60));
  return propagate_nan(x, select(near, subnormal_product(x, real(ERF_SLOPE)), is_subnormal(x)));
}

fn erf_derivative(x: real) -> real {
  let size = bounded_magnitude(x, 0x41241893);   // 10.256, whose square is below 105.2
  let square = barrier(size * size);
  let low = -two_product_error(size, size, square);
  return propagate_nan(x, exp_product(-square, low, parameter(scalar(ERF_SLOPE), scalar(ERF_SLOPE_LOW))));
}
