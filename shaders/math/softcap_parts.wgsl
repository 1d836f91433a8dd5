// cap·tanh(x/cap) in two floats, and its derivative sech²(x/cap): softcap for those that go on with more than float32.
//
// Method: as softcap.wgsl, without the last rounding, so what is left is the error of the smaller of the two terms. Beside 0 that
// is 2^-24·x²/(3·cap²) of x, around 0.75·cap 2^-24 of the value, then less and less.
struct Capped { high: real, low: real, slope: real }

fn capped(x: real, x_low: real, cap: parameter) -> Capped {
  let size = abs(x);
  let inverse = inverse_of(cap);
  let t = barrier(size * inverse.value.x);
  let is_finite = t < real(106.0);
  let t_low = select(real(0.0), inverse_product_error(size, inverse, t), is_finite);
  let is_near = t < real(TANH_MIDDLE);
  let first = select(real(cap.x), size, is_near);
  let second = select(cap.y - tanh_missing(t, t_low, real(cap.x)), size * tanh_bend(t * t), is_near);
  let high = barrier(first + second);
  let slope = logistic_slope(2.0 * t, 2.0 * t_low, 4.0);
  let low = times_sign(barrier(first - high) + second, x) + select(real(0.0), x_low * slope, is_finite);
  return Capped(propagate_nan(x, with_sign(high, x)), low, propagate_nan(x, slope));
}
