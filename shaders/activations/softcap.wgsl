// softcap(x, cap) = cap·tanh(x/cap); derivative sech²(x/cap)
// Method: tanh_pieces.wgsl of x·(1/cap): below x + x·bend, above cap - missing, so that no product with cap is rounded.
// Error over every float32: value 1.28 ULP, derivative 1.48; 1.67 for other cap (sampled).

fn softcap(x: real, cap: parameter) -> real {
  let size = abs(x);
  let inverse = inverse_of(cap);
  let t = size * inverse.value.x;
  let near = size + size * tanh_bend(t * t);
  // beyond TANH_END the low part may be any number, but the limit takes the place of what is made of it
  let missing = tanh_missing(t, size * inverse.low, real(cap.x)) - cap.y;
  let far = select(cap.x - missing, real(cap.x), t > real(TANH_END));
  return propagate_nan(x, with_sign(select(far, near, t < real(TANH_MIDDLE)), x));
}

fn softcap_derivative(x: real, cap: parameter) -> real {
  let inverse = inverse_of(cap);
  let t = barrier(x * inverse.value.x);
  let t_low = select(real(0.0), inverse_product_error(x, inverse, t), abs(t) < real(106.0));
  return propagate_nan(x, logistic_slope(2.0 * t, 2.0 * t_low, 4.0));
}
