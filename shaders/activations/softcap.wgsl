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
