// elu(x) = x for x > 0, α(e^x − 1) below; derivative 1, α·e^x; from y: y + α.
// Kinks: the derivative at 0 is α. ±∞: y = ∞ and −α.
// Method: scaled_expm1 and scaled_exp (shaders/math/expm1.wgsl). Clevert et al. 2015, arXiv:1511.07289.
// Error: 0.80 and 0.83 ULP at α = 1; at most 1.3 for α of 1e-3 to 1e3.
fn elu(x: real, alpha: vec2<f32>) -> real {
  let below = scaled_expm1(min(x, real(0.0)), real(0.0), alpha);
  return propagate_nan(x, select(below, x, exceeds_zero(x)));
}
fn elu_derivative(x: real, alpha: vec2<f32>) -> real {
  let below = scaled_exp(min(x, real(0.0)), real(0.0), alpha);
  return propagate_nan(x, select(below, real(1.0), exceeds_zero(x)));
}
fn elu_derivative_from_y(y: real, alpha: vec2<f32>) -> real {
  return propagate_nan(y, select((y + alpha.x) + alpha.y, real(1.0), exceeds_zero(y)));
}
