// cap·tanh(x/cap) in two floats, and its derivative sech²(x/cap): softcap for those that go on with more than float32.
//
// Method: as softcap.wgsl, with the quotient's remainder kept. From x/cap = 8 on it is cap - 2·cap·e/(1 + e), e = e^(-2·x/cap);
// below 2^-40 of cap it is x to 2^-80. Error: 2^-25 of the value (what tanh_fraction.wgsl has beside 0), 2^-24·2^-23 of cap from 8 on.
struct Capped { high: real, low: real, slope: real }

fn capped(x: real, x_low: real, cap: parameter) -> Capped {
  let negative = x < real(0.0);
  let size = abs(x);
  let size_low = select(x_low, -x_low, negative);
  let t = barrier(size / cap.x);
  let t_low = select(real(0.0), quotient_error(size, cap, t) + size_low / cap.x, t < real(106.0));
  let fraction = tanh_fraction(t, t_low);
  let numerator = product_of_sums(fraction.first, fraction.rest, cap);
  let value = quotient_of_sums(numerator.first, numerator.rest, real(0.0), fraction.denominator, fraction.excess);
  let product = barrier(value * fraction.denominator);
  let rest = barrier(barrier(numerator.first - product) + numerator.rest)
    - (two_product_error(value, fraction.denominator, product) + value * fraction.excess);
  let parts = exp_parts(-2.0 * select(t, real(40.0), t > real(40.0)), -2.0 * t_low);
  let small = power_of_two(parts.power) * (1.0 + (parts.first + parts.rest));
  let is_far = t > real(8.0);
  let is_near = t < real(0x1p-40);
  let high = select(select(value, real(cap.x), is_far), size, is_near);
  let missing = cap.y - 2.0 * cap.x * small / (1.0 + small);
  let low = select(select(rest / fraction.denominator, missing, is_far), size_low, is_near);
  let slope = logistic_slope(2.0 * t, 2.0 * t_low, 4.0);
  return Capped(propagate_nan(x, with_sign(high, x)), select(low, -low, negative), propagate_nan(x, slope));
}
