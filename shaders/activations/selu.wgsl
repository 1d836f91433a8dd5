const SELU_LAMBDA: f32 = 0x1.0cfabep+0;
const SELU_LAMBDA_LOW: f32 = -0x1.2adddap-25;
const SELU_LAMBDA_ALPHA: f32 = 0x1.c212ccp+0;
const SELU_LAMBDA_ALPHA_LOW: f32 = 0x1.903c0cp-26;

fn selu(x: real) -> real {
  let value = expm1_product(select(x, real(-24.0), x < real(-24.0)), real(0.0), vec2<f32>(SELU_LAMBDA_ALPHA, SELU_LAMBDA_ALPHA_LOW));
  let positive = bitcast<ints>(x) > ints(0);
  let normal = select(value, x * SELU_LAMBDA, positive);
  let subnormal = subnormal_product(x, select(real(SELU_LAMBDA_ALPHA), real(SELU_LAMBDA), positive));
  return propagate_nan(x, select(normal, subnormal, is_subnormal(x)));
}

fn selu_derivative(x: real) -> real {
  let value = exp_product(select(x, real(-105.2), x < real(-105.2)), real(0.0), vec2<f32>(SELU_LAMBDA_ALPHA, SELU_LAMBDA_ALPHA_LOW));
  return propagate_nan(x, select(value, real(SELU_LAMBDA), bitcast<ints>(x) > ints(0)));
}

fn selu_derivative_from_y(y: real) -> real {
  return propagate_nan(y, select((y + SELU_LAMBDA_ALPHA) + SELU_LAMBDA_ALPHA_LOW, real(SELU_LAMBDA), bitcast<ints>(y) > ints(0)));
}
