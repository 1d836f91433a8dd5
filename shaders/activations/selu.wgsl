// selu(x) = λx for x > 0, λα(e^x − 1) below; derivative λ, λα·e^x; from y: y + λα.
// Kinks: the derivative at 0 is λα. ±∞: y = ∞ and −λα.
// Method: scaled_expm1 and scaled_exp (shaders/math/expm1.wgsl). Klambauer et al. 2017, arXiv:1706.02515.
// Error: 1.06 and 0.84 ULP.
// λ = 1.0507009873554805 and λα = λ · 1.6732632423543772, each as a high and a low float32:
const SELU_LAMBDA: vec2<f32> = vec2<f32>(1.0507010221481323, -3.479265231476347e-08);
const SELU_LAMBDA_ALPHA: vec2<f32> = vec2<f32>(1.7580993175506592, 2.3296717444054593e-08);
fn selu(x: real) -> real {
  let below = scaled_expm1(min(x, real(0.0)), real(0.0), SELU_LAMBDA_ALPHA);
  let above = select(x * SELU_LAMBDA.x, tiny_product(x, SELU_LAMBDA.x), x < real(0x1p-60));
  return propagate_nan(x, select(below, above, exceeds_zero(x)));
}
fn selu_derivative(x: real) -> real {
  let below = scaled_exp(min(x, real(0.0)), real(0.0), SELU_LAMBDA_ALPHA);
  return propagate_nan(x, select(below, real(SELU_LAMBDA.x), exceeds_zero(x)));
}
fn selu_derivative_from_y(y: real) -> real {
  return propagate_nan(y, select((y + SELU_LAMBDA_ALPHA.x) + SELU_LAMBDA_ALPHA.y, real(SELU_LAMBDA.x), exceeds_zero(y)));
}
