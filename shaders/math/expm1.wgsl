// factor·(e^(x + x_low) − 1) and factor·e^(x + x_low) for x <= 0, factor in two floats.
//
// Method: e^x = 2^p·(1 + sum), so e^x − 1 = (2^p − 1) + 2^p·sum, where 2^p − 1 and 2^p·first are exact: their sum is taken
// with its rounding error (Dekker's fast two-sum; |2^p − 1| >= |2^p·first| or one of them is 0), and the product with the
// factor with its own, so that the result is rounded once. A factor of 1 costs nothing in accuracy either way.
fn scaled_expm1(x: real, x_low: real, factor: vec2<f32>) -> real {
  let parts = exp_parts(max(x, real(-87.0)), x_low);
  let up = power_of_two(parts.power);
  let base = up - 1.0;
  let step = up * parts.first;
  let high = base + step;
  let low = (step - barrier(high - base)) + up * parts.rest;
  let product = high * factor.x;
  let result = product + (product_error(high, factor, product) + low * factor.x);
  // nearer to 0 than 2^-60 the function is its tangent, and product_error could underflow
  return select(result, tiny_product(x, factor.x), abs(x) < real(0x1p-60));
}

// x·factor for |x| < 2^-60, subnormal x included, which arithmetic may flush although the product is a normal number: their
// mantissa is read as an integer (2^23 + mantissa as a float, less 2^23).
fn tiny_product(x: real, factor: f32) -> real {
  let mantissa = bitcast<real>((bitcast<bits>(x) & bits(0x7fffffu)) | bits(0x4b000000u)) - 8388608.0;
  let size = barrier(mantissa * factor * 0x1p-75) * 0x1p-74;
  let subnormal = bitcast<real>(bitcast<bits>(size) ^ (bitcast<bits>(x) & bits(0x80000000u)));
  return select(x * factor, subnormal, (bitcast<bits>(x) & bits(0x7f800000u)) == bits(0u));
}

fn scaled_exp(x: real, x_low: real, factor: vec2<f32>) -> real {
  let parts = exp_parts(max(x, real(-110.0)), x_low);
  let sum = parts.first + parts.rest;
  let high = 1.0 + sum;
  let low = barrier(1.0 - high) + sum;
  let product = high * factor.x;
  return scale_by_power(product + (product_error(high, factor, product) + low * factor.x), parts.power);
}

// x > 0, subnormals included, NaN excluded: by bits, since an adapter may flush subnormals before it compares.
fn exceeds_zero(x: real) -> logic {
  return bitcast<bits>(x) - bits(1u) < bits(0x7f800000u);
}
