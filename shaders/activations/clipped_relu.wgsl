// clipped_relu(x) = min(x, maximum) if x > limit, else slope·(x − limit).
// Derivative 1 on limit < x < maximum, slope up to limit, else 0; a maximum of ∞ bounds nothing, so there the limit at ∞ is 1.
// Method: the difference and the product are carried in two floats each, so that only one rounding shows.
// Error: at most 1 ULP; the derivative is exact.

// Known before the kernel is compiled: slope or limit is 0, so one float product has a single rounding.
override clipped_relu_is_plain: bool = false;

fn clipped_relu_below(x: real, slope: f32, limit: f32) -> real {
  let distance = barrier(x - limit);
  let product = barrier(slope * distance);
  if (clipped_relu_is_plain) { return product; }
  // from 2^-85 to 2^85 no part under- or overflows
  let matters = bitcast<bits>(magnitude(product)) - bits(0x15000000u) < bits(0x55000000u);
  let low = select(real(0.0), two_product_error(distance, real(slope), product), matters);
  let value = product + barrier(slope * two_sum_error(x, real(-limit), distance) + low);
  return select(product, value, magnitude(product) < ints(0x7f800000));
}

fn clipped_relu(x: real, slope: f32, maximum: f32, limit: f32) -> real {
  let product = select(clipped_relu_below(x, slope, limit), real(0.0), real(slope) == real(0.0));
  let below = select(product, subnormal_product(x, real(slope)), is_subnormal(x) & (real(limit) == real(0.0)));
  let above = select(x, real(maximum), order(x) > ints(order_of(maximum)));
  return propagate_nan(x, select(below, above, order(x) > ints(order_of(limit))));
}

fn clipped_relu_derivative(x: real, slope: f32, maximum: f32, limit: f32) -> real {
  let above = select(real(0.0), real(1.0), order(x) < order_ceiling(vec2<f32>(maximum, 0.0)));
  return propagate_nan(x, select(real(slope), above, order(x) > ints(order_of(limit))));
}
