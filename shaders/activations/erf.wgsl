// erf(x) = 2/√π·∫₀ˣ e^(−t²) dt; derivative 2/√π·e^(−x²).
// Method: x + x·p(x²) below 0.875, whose second term is small; above, 1 − e^(−q(x)), q a polynomial for −ln erfc(x): what is
// taken off is at most 0.22, so that its own roundings count for less.
// Error over every float32: value 1.38 ULP, derivative 1.46.
// Coefficients, and their error: test/goldens/coefficients.py (near-minimax).
const ERF_SLOPE: f32 = 0x1.20dd76p+0;       // 2/√π in two floats
const ERF_SLOPE_LOW: f32 = -0x1.f7ac92p-25;

fn erf(x: real) -> real {
  let square = x * x;
  let inner = x + barrier(x * (0x1.06eba8p-3 + square * (-0x1.812742p-2 + square * (0x1.ce2df4p-4 + square * (-0x1.b80e06p-6
    + square * (0x1.54ca32p-8 + square * (-0x1.aa81bep-11 + square * 0x1.5e2652p-14)))))));
  let size = bounded_magnitude(x, 0x40800000);   // 4, where erfc is below 2^-25
  let exponent = 0x1.17bd68p-13 + size * (0x1.20c07ap+0 + size * (0x1.460238p-1 + size * (0x1.ab54ecp-4
    + size * (-0x1.6f58b8p-6 + size * (0x1.955824p-9 + size * -0x1.a593f8p-13)))));
  let parts = exp_parts(-exponent, real(0.0));
  let scale = power_of_two(parts.power);
  let outer = (1.0 - scale) - scale * (parts.first + parts.rest);
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
