// softcap(x, cap) = cap·tanh(x/cap); derivative sech²(x/cap)
// Method: tanh_parts.wgsl, with x/cap in two floats. Below 2^-40 of cap softcap is x to 2^-80.
// Error, measured for cap 0.001, 0.3, 30, 50, 1e4 with scattered inputs of every exponent: value 1.76 ULP, derivative 1.48.

fn softcap(x: real, cap: vec2<f32>) -> real {
  let t = x / cap.x;
  let t_low = select(real(0.0), quotient_error(x, cap, t), abs(t) < real(24.0));
  let parts = tanh_parts(t, t_low);
  return propagate_nan(x, select(product_of_sums(parts.first, parts.rest, cap), x, abs(t) < real(0x1p-40)));
}

fn softcap_derivative(x: real, cap: vec2<f32>) -> real {
  let t = x / cap.x;
  let t_low = select(real(0.0), quotient_error(x, cap, t), abs(t) < real(106.0));
  return propagate_nan(x, logistic_slope(2.0 * t, 2.0 * t_low, 4.0));
}
