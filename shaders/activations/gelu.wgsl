// gelu(x) = x·Φ(x), Φ the standard normal distribution function (erf, no approximation).
// Derivative Φ(x) + x·φ(x), root −0.75179152.
//
// Method: erfc.wgsl. a·Φ(−a) carries its exponential as 2^power·(1 + first + rest) up to the last sum, so the tail keeps its
// accuracy down to 2^-126; above 0, gelu(x) = x − a·Φ(−a) and gelu′(x) = 1 − gelu′(−x).
// Error over every float32: value 1.50 ULP, derivative 1.93.
fn gelu(x: real) -> real {
  return gelu_with_derivative(x).value;
}

fn gelu_derivative(x: real) -> real {
  return gelu_with_derivative(x).derivative;
}

fn gelu_with_derivative(x: real) -> Both {
  let a = bounded_magnitude(x, 0x415ae148);   // 13.68, where the power becomes -135 and both tails 0
  let parts = gaussian_parts(a, real(0.0));
  let tail = gaussian_tail(a);
  // the power passes -127 before the products pass 2^-126, at 13.12
  let power = power_of_two(parts.power + 8.0);

  let whole = GAUSSIAN_TAIL + tail;
  let product = GAUSSIAN_TAIL + barrier(whole * parts.first + (tail + whole * parts.rest));
  let far = select(real(0.0), x, x > real(0.0)) - power * (product * 0x1p-8);
  let value = select(far, x * gaussian_center(x), a < real(GAUSSIAN_SPLIT));

  let slope = gaussian_slope(a);
  let lower = power * ((slope.high + barrier(slope.low + slope.high * (parts.first + parts.rest))) * 0x1p-8);
  return both(propagate_nan(x, value), propagate_nan(x, select(lower, 1.0 - lower, x > real(0.0))));
}
