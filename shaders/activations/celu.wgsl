// celu(x, alpha) = x for x > 0, else alpha·(e^(x/alpha) - 1); derivative 1, else e^(x/alpha), from y: 1 + y/alpha
// Method: expm1.wgsl, with x/alpha in two floats. Below 2^-40 of alpha celu is x to 2^-41.
// Error over every float32: value 0.83 ULP, derivative 0.68; for alpha 0.001, 0.3 and 1000 value 1.12, from y 1.44
// (sampled).

fn celu(x: real, alpha: vec2<f32>) -> real {
  let t = barrier(x / alpha.x);
  let bounded = select(t, real(-24.0), t < real(-24.0));
  let t_low = select(real(0.0), quotient_error(x, alpha, t), abs(t) < real(24.0));
  let value = select(expm1_product(bounded, t_low, alpha), x, abs(t) < real(0x1p-40));
  return propagate_nan(x, select(value, x, bitcast<ints>(x) > ints(0)));
}

fn celu_derivative(x: real, alpha: vec2<f32>) -> real {
  let t = barrier(x / alpha.x);
  let bounded = select(t, real(-105.2), t < real(-105.2));
  let t_low = select(real(0.0), quotient_error(x, alpha, t), abs(t) < real(106.0));
  let value = exp_product(bounded, t_low, vec2<f32>(1.0, 0.0));
  return propagate_nan(x, select(value, real(1.0), bitcast<ints>(x) > ints(0)));
}

// 1 + y/alpha, below -alpha/2 as (y + alpha)/alpha, whose sum is exact
fn celu_derivative_from_y(y: real, alpha: vec2<f32>) -> real {
  let quotient = y / alpha.x;
  let correction = alpha.y / alpha.x;
  let lower = (barrier(y + alpha.x) + alpha.y) / alpha.x;
  let value = select(lower - barrier(lower * correction), 1.0 + (quotient - quotient * correction), quotient > real(-0.5));
  return propagate_nan(y, select(value, real(1.0), bitcast<ints>(y) > ints(0)));
}
