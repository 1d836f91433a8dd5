// gelu(x) = x·Φ(x), Φ the standard normal distribution function (erf, no approximation).
// Derivative Φ(x) + x·φ(x), root −0.75179152.
//
// Method: erfc.wgsl. a·Φ(−a) carries its exponential as 2^power·(1 + first + rest) up to the last sum, so the tail keeps its
// accuracy down to 2^-126; above 0, gelu(x) = x − a·Φ(−a) and gelu′(x) = 1 − gelu′(−x).
// Error over every float32: value 1.50 ULP, derivative 1.76.
fn gelu(x: real) -> real {
  let a = bounded_magnitude(x, 0x41547ae1);   // 13.28, where the power becomes -127 and a·Φ(-a) 0
  let parts = gaussian_parts(a);
  let tail = gaussian_tail(a);
  let whole = GAUSSIAN_TAIL + tail;
  let scaled = GAUSSIAN_TAIL + barrier(whole * parts.first + (tail + whole * parts.rest));
  let outer = select(real(0.0), x, x > real(0.0)) - power_of_two(parts.power) * scaled;
  let inner = x * gaussian_center(x);
  return propagate_nan(x, select(outer, inner, a < real(GAUSSIAN_SPLIT)));
}

fn gelu_derivative(x: real) -> real {
  let a = bounded_magnitude(x, 0x415ae148);   // 13.68, where the power becomes -135 and `tail` 0
  let parts = gaussian_parts(a);
  let slope = gaussian_slope_tail(a);
  let scaled = barrier(slope.rest + (slope.rest + slope.steep) * (parts.first + parts.rest)) + slope.steep;
  // the power passes -127 before the product passes 2^-126, at 13.12
  let tail = power_of_two(parts.power + 8.0) * (scaled * 0x1p-8);
  let lower = select(tail, gaussian_slope_center(a), a < real(1.2875));
  let outer = select(lower, 1.0 - lower, x > real(0.0));
  return propagate_nan(x, select(outer, 0.5 + gaussian_slope_near_zero(x), a < real(0.29)));
}
