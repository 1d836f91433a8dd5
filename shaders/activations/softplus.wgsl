fn softplus(x: real, beta: vec2<f32>) -> real {
  let limit = min(120.0 / abs(beta.x), 3e38);
  let bounded = clamp(x, real(-limit), real(limit));
  let u = bounded * beta.x;
  let u_low = product_error(bounded, beta, u);
  let a = abs(u);
  let near = a < real(1.125);
  let positive = u > real(0.0);
  let curve = select(log1p_exp_tail(a, select(-u_low, u_low, positive)), log1p_exp_center(u, u_low), near);
  let quotient = curve / beta.x;
  return propagate_nan(x, select(real(0.0), x, positive & !near) + (quotient - quotient * (beta.y / beta.x)));
}
fn softplus_derivative(x: real, beta: vec2<f32>) -> real {
  let limit = min(120.0 / abs(beta.x), 3e38);
  let bounded = clamp(x, real(-limit), real(limit));
  let u = bounded * beta.x;
  return propagate_nan(x, logistic_product(real(1.0), u, product_error(bounded, beta, u)));
}
