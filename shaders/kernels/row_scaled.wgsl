// scale·(x - m) as the exponent of a row, in two floats, but where it is infinite; scale, a high and a low part, is above 0.
// See exp_difference.wgsl. Joined with it: row_parts.wgsl.
fn row_difference(x: real, maximum: f32) -> Sum {
  // half of x - m, which is finite where x and m are
  let scale = 2.0 * params.parameters.xy;
  let half_x = 0.5 * x;
  let half_maximum = 0.5 * maximum;
  let difference = half_x - half_maximum;
  let product = difference * scale.x;
  let error = two_sum_error(half_x, real(-half_maximum), difference);
  let low = two_product_error(difference, real(scale.x), product) + (error * scale.x + difference * scale.y);
  return Sum(product, select(real(0.0), low, magnitude(product) < ints(0x7f800000)));
}

fn row_scaled(gradient: real, logit: Logit) -> real { return gradient * params.parameters.x; }

// scale·m
fn row_exponent(maximum: f32) -> Total {
  let exponent = row_difference(real(maximum), 0.0);
  return Total(lane_real(exponent.high, 0u), lane_real(exponent.low, 0u));
}

// scale·(x - m) - logarithm: the sum of scale·m and the logarithm would be too coarse where x - m is exact.
fn row_offset(maximum: f32, logarithm: Total) -> Total { return logarithm; }
fn row_logarithm(x: real, maximum: f32, logarithm: vec2<f32>) -> real {
  let difference = row_difference(x, maximum);
  return (difference.high - logarithm.x) + (difference.low - logarithm.y);
}
