// gaussian(x) = e^(−x²); derivative −2x·e^(−x²).
// Method: exp_square.wgsl.
// Error over every float32: value 0.86 ULP, derivative 1.62.
fn gaussian(x: real) -> real {
  let parts = exp_square_parts(x);
  return propagate_nan(x, scale_by_power(1.0 + barrier(parts.first + parts.rest), parts.power));
}

fn gaussian_derivative(x: real) -> real {
  let parts = exp_square_parts(x);
  let bounded = with_sign(bounded_magnitude(x, 0x41280000), x);
  let value = scale_by_power((-2.0 * bounded) * (1.0 + barrier(parts.first + parts.rest)), parts.power);
  return propagate_nan(x, select(value, subnormal_product(x, real(-2.0)), is_subnormal(x)));
}
