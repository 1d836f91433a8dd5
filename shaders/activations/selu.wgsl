// selu(x) = λ·x for x > 0, else λα·(e^x - 1); derivative λ, else λα·e^x, from y: y + λα
// λ = 1.0507009873554805, α = 1.6732632423543772 (Klambauer et al., "Self-Normalizing Neural Networks", 2017);
// λα in two floats.
// Method: expm1.wgsl. Subnormal x have normal results, so they are multiplied apart; signs are tested on bits.
// Error over every float32: value 1.06 ULP, derivative 0.69, from y 0.70 (sampled).

const SELU_LAMBDA: f32 = 0x1.0cfabep+0;
const SELU_LAMBDA_ALPHA: f32 = 0x1.c212ccp+0;
const SELU_LAMBDA_ALPHA_LOW: f32 = 0x1.903c0cp-26;

fn selu(x: real) -> real {
  let bounded = select(x, real(-24.0), x < real(-24.0));
  let value = expm1_product(bounded, real(0.0), parameter(scalar(SELU_LAMBDA_ALPHA), scalar(SELU_LAMBDA_ALPHA_LOW)));
  let positive = bitcast<ints>(x) > ints(0);
  // the float32 of λ is a little more than λ: up to this x, λ·x still rounds to a number where the product reaches ∞
  let product = x * SELU_LAMBDA;
  let finite = select(product, smaller(product, real(0x1.fffffep+127)), bitcast<ints>(x) <= ints(0x7f73a598));
  let normal = select(value, finite, positive);
  let subnormal = subnormal_product(x, select(real(SELU_LAMBDA_ALPHA), real(SELU_LAMBDA), positive));
  return propagate_nan(x, select(normal, subnormal, is_subnormal(x)));
}

fn selu_derivative(x: real) -> real {
  let bounded = select(x, real(-105.2), x < real(-105.2));
  let value = exp_product(bounded, real(0.0), parameter(scalar(SELU_LAMBDA_ALPHA), scalar(SELU_LAMBDA_ALPHA_LOW)));
  return propagate_nan(x, select(value, real(SELU_LAMBDA), bitcast<ints>(x) > ints(0)));
}

fn selu_derivative_from_y(y: real) -> real {
  return propagate_nan(y, select(barrier(y + SELU_LAMBDA_ALPHA) + SELU_LAMBDA_ALPHA_LOW, real(SELU_LAMBDA), bitcast<ints>(y) > ints(0)));
}
