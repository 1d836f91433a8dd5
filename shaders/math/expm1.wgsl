// (factor.x + factor.y)·(e^(x + x_low) - 1) for -24 <= x <= 0.
//
// Method: e^x - 1 = (2^power - 1) + 2^power·(first + rest). Its larger two terms are added with their rounding error kept,
// and the sum goes into the product unrounded. Near 0 power is 0 and x itself leads, so nothing cancels. Measured: 0.82 ULP.
// Below 2^-40 the function is factor·x to 2^-41, which the split product could not resolve once its parts are subnormal.
fn expm1_product(x: real, x_low: real, factor: parameter) -> real {
  let parts = exp_parts(x, x_low);
  let scale = power_of_two(parts.power);
  let rise = barrier(scale - 1.0);
  let body = scale * parts.first;
  let high = barrier(rise + body);
  let low = barrier(barrier(rise - high) + body) + scale * parts.rest;
  let product = product_of_sums(high, low, factor);
  return select(product.first + product.rest, x * factor.x, abs(x) < real(0x1p-40));
}

// (factor.x + factor.y)·e^(x + x_low) for -105.2 <= x <= 60: 0.73 ULP measured. At -105.2 the first scale is 0.
fn exp_product(x: real, x_low: real, factor: parameter) -> real {
  let parts = exp_parts(x, x_low);
  let high = barrier(1.0 + parts.first);
  let low = barrier(barrier(1.0 - high) + parts.first) + parts.rest;
  let product = product_of_sums(high, low, factor);
  return barrier((product.first + product.rest) * power_of_two(parts.power + 25.0)) * 0x1p-25;
}
