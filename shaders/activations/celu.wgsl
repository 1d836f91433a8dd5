fn celu(x: real, alpha: vec2<f32>) -> real {
  let t = x / alpha.x;
  let bounded = select(t, real(-24.0), t < real(-24.0));
  let t_low = select(real(0.0), quotient_error(x, alpha, t), abs(t) < real(24.0));
  let value = select(expm1_product(bounded, t_low, alpha), x, abs(t) < real(0x1p-40));
  return propagate_nan(x, select(value, x, bitcast<ints>(x) > ints(0)));
}

fn celu_derivative(x: real, alpha: vec2<f32>) -> real {
  let t = x / alpha.x;
  let bounded = select(t, real(-105.2), t < real(-105.2));
  let t_low = select(real(0.0), quotient_error(x, alpha, t), abs(t) < real(106.0));
  let value = exp_product(bounded, t_low, vec2<f32>(1.0, 0.0));
  return propagate_nan(x, select(value, real(1.0), bitcast<ints>(x) > ints(0)));
}

// 1 + y/alpha, below -alpha/2 as (y + alpha)/alpha, whose sum is exact
fn celu_derivative_from_y(y: real, alpha: vec2<f32>) -> real {
  let quotient = y / alpha.x;
  let correction = alpha.y / alpha.x;
  let lower = ((y + alpha.x) + alpha.y) / alpha.x;
  let value = select(lower - lower * correction, 1.0 + (quotient - quotient * correction), quotient > real(-0.5));
  return propagate_nan(y, select(value, real(1.0), bitcast<ints>(y) > ints(0)));
}
