// celu(x) = x for x > 0, α(e^(x/α) − 1) below; derivative 1, e^(x/α); from y: 1 + y/α.
// Kinks: none, the derivative at 0 is 1. ±∞: y = ∞ and −α.
// Method: x/α in two floats, then scaled_expm1 and scaled_exp. Barron 2017, arXiv:1704.07483.
// Error: 0.80 and 0.83 ULP at α = 1; at most 1.2 for α of 1e-3 to 1e3.
// x/α of x <= 0 in two floats: the quotient, and what its product with α leaves over
fn celu_argument(x: real, alpha: vec2<f32>) -> real { return x / alpha.x; }
fn celu_argument_low(x: real, alpha: vec2<f32>, t: real) -> real {
  let product = t * alpha.x;
  return (barrier(x - product) - product_error(t, alpha, product)) * (1.0 / alpha.x);
}
fn celu(x: real, alpha: vec2<f32>) -> real {
  let bounded = clamp(x, real(-128.0 * alpha.x), real(0.0));
  let t = celu_argument(bounded, alpha);
  let below = scaled_expm1(t, celu_argument_low(bounded, alpha, t), alpha);
  // nearer to 0 the function is its tangent
  return propagate_nan(x, select(below, x, exceeds_zero(x) | (x > real(-0x1p-27 * alpha.x))));
}
fn celu_derivative(x: real, alpha: vec2<f32>) -> real {
  let bounded = clamp(x, real(-128.0 * alpha.x), real(0.0));
  let t = celu_argument(bounded, alpha);
  let below = scaled_exp(t, celu_argument_low(bounded, alpha, t), vec2<f32>(1.0, 0.0));
  return propagate_nan(x, select(below, real(1.0), exceeds_zero(x)));
}
fn celu_derivative_from_y(y: real, alpha: vec2<f32>) -> real {
  return propagate_nan(y, select(1.0 + y / alpha.x, real(1.0), exceeds_zero(y)));
}
