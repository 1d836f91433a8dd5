fn swish(x: real, beta: vec2<f32>) -> real {
  let bounded = clamp(x, real(-0x1.fffffep+127), real(0x1.fffffep+127));
  let t = bounded * beta.x;
  let t_low = select(real(0.0), product_error(bounded, beta, t), abs(t) < real(200.0));
  return propagate_nan(x, logistic_product(select(bounded, x, t >= real(0.0)), t, t_low));
}

fn swish_derivative(x: real, beta: vec2<f32>) -> real {
  let bounded = clamp(x, real(-0x1.fffffep+127), real(0x1.fffffep+127));
  let t = bounded * beta.x;
  let t_low = select(real(0.0), product_error(bounded, beta, t), abs(t) < real(200.0));
  return propagate_nan(x, logistic_product_derivative(t, t_low));
}
