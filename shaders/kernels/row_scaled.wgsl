// scale·(x - m) as the exponent of a row, in two floats, but where it is infinite; scale, a high and a low part, is above 0.
// See exp_difference.wgsl.
fn row_difference(x: real, maximum: f32) -> Sum {
  let scale = params.parameters.xy;
  let difference = x - maximum;
  let product = difference * scale.x;
  let error = two_sum_error(x, real(-maximum), difference);
  let low = two_product_error(difference, real(scale.x), product) + (error * scale.x + difference * scale.y);
  return Sum(product, select(real(0.0), low, magnitude(product) < ints(0x7f800000)));
}

const ROW_END: u32 = 0xc2b00000u;  // -88, as in exp_difference.wgsl

fn row_parts(x: real, maximum: f32) -> ExpParts {
  let exponent = row_difference(x, maximum);
  let near = bitcast<bits>(exponent.high) < bits(ROW_END);
  let high = bitcast<real>(min(bitcast<bits>(exponent.high), bits(ROW_END)));
  return exp_parts(high, select(real(0.0), exponent.low, near));
}

fn row_exponential(x: real, maximum: f32) -> real {
  let parts = row_parts(x, maximum);
  return power_of_two(max(parts.power, real(-127.0))) * (1.0 + barrier(parts.first + parts.rest));
}

fn row_scaled(gradient: real) -> real { return gradient * params.parameters.x; }
