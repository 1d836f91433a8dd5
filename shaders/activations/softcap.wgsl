// softcap(x, cap) = cap·tanh(x/cap); derivative sech²(x/cap)
// Method: tanh_fraction.wgsl, with x/cap in two floats; cap goes into the numerator, so the quotient is rounded once. Below
// 2^-40 of cap softcap is x to 2^-80.
// Error over every float32: value 1.49 ULP, derivative 1.44; no more for other cap (sampled).

fn softcap(x: real, cap: parameter) -> real {
  let t = barrier(x / cap.x);
  let t_low = select(real(0.0), quotient_error(x, cap, t), abs(t) < real(24.0));
  let fraction = tanh_fraction(t, t_low);
  let numerator = product_of_sums(fraction.first, fraction.rest, cap);
  let value = quotient_of_sums(numerator.first, numerator.rest, real(0.0), fraction.denominator, fraction.excess);
  let limited = select(value, select(real(cap.x), real(-cap.x), x < real(0.0)), abs(t) > real(9.1));
  return propagate_nan(x, select(limited, x, abs(t) < real(0x1p-40)));
}

fn softcap_derivative(x: real, cap: parameter) -> real {
  let t = barrier(x / cap.x);
  let t_low = select(real(0.0), quotient_error(x, cap, t), abs(t) < real(106.0));
  return propagate_nan(x, logistic_slope(2.0 * t, 2.0 * t_low, 4.0));
}
