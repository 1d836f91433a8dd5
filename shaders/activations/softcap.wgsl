// softcap(x, cap) = cap·tanh(x/cap); derivative sech²(x/cap)
// Method: tanh_fraction.wgsl, with x·(1/cap) in two floats; cap goes into the numerator, so the quotient is rounded once. Below
// 2^-40 of cap softcap is x to 2^-80.
// Error over every float32: value 1.49 ULP, derivative 1.48; no more for other cap (sampled).

fn softcap(x: real, cap: parameter) -> real {
  let size = abs(x);
  let inverse = inverse_of(cap);
  let t = barrier(size * inverse.value.x);
  // beyond TANH_END the error may be any number, but the limit takes the place of what is made of it
  let fraction = tanh_fraction(t, inverse_product_error(size, inverse, t));
  let numerator = product_of_sums(fraction.first, fraction.rest, cap);
  let value = quotient_of_sums(numerator.first, numerator.rest, real(0.0), fraction.denominator, fraction.excess);
  let limited = select(value, real(cap.x), magnitude(t) > ints(TANH_END));
  return propagate_nan(x, with_sign(select(limited, size, t < real(0x1p-40)), x));
}

fn softcap_derivative(x: real, cap: parameter) -> real {
  let inverse = inverse_of(cap);
  let t = barrier(x * inverse.value.x);
  let t_low = select(real(0.0), inverse_product_error(x, inverse, t), abs(t) < real(106.0));
  return propagate_nan(x, logistic_slope(2.0 * t, 2.0 * t_low, 4.0));
}
