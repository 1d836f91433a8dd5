// mish(x) = x·tanh(ln(1 + e^x))
fn mish(x: real) -> real {
  let parts = exp_parts(-bounded_magnitude(x, 0x42be0000), real(0.0)); // 95: the result is 0 or x beyond
  let scale = power_of_two(parts.power + 16.0);
  let fraction = parts.first + parts.rest;
  let significand = 1.0 + fraction;
  let t = significand * scale * 0x1p-16;
  let negative = x < real(0.0);
  let last = select(t * t, real(1.0), negative);
  let numerator = select(2.0 * last, significand * (t + t * t), negative);
  let ratio = numerator / (((1.0 + 2.0 * t) + t * t) + last);
  let value = x + x * (select(real(0.0), fraction, negative) - ratio);
  return propagate_nan(x, select(value, (value * scale) * 0x1p-16, negative));
}
