// gelu_sigmoid(x) = x·σ(1.702x); derivative h(1.702x), h(t) = σ(t)·(1 + t·σ(-t))
// Method: logistic.wgsl, with 1.702x in two floats, else the tail would lose tens of ULP. 1.702 is the sum of 12 bits and a float32.
// Error over every float32: value 1.42 ULP, derivative 1.95.

const GELU_SIGMOID_SCALE: f32 = 0x1.b3cp+0;
const GELU_SIGMOID_SCALE_LOW: f32 = -0x1.374bc6p-13;

const GELU_SIGMOID_ROOT: f32 = 0x1.80974ap-1;      // r/1.702 with r of logistic.wgsl
const GELU_SIGMOID_ROOT_LOW: f32 = 0x1.8af8f8p-27;

struct GeluSigmoidArgument { t: real, low: real }

// 1.702x
fn gelu_sigmoid_argument(x: real) -> GeluSigmoidArgument {
  let upper = upper_half(x);
  let first = upper * GELU_SIGMOID_SCALE;
  let rest = upper * GELU_SIGMOID_SCALE_LOW + barrier(x - upper) * (GELU_SIGMOID_SCALE + GELU_SIGMOID_SCALE_LOW);
  let t = barrier(first + rest);
  return GeluSigmoidArgument(t, barrier(first - t) + rest);
}

fn gelu_sigmoid(x: real) -> real {
  return gelu_sigmoid_with_derivative(x).value;
}

fn gelu_sigmoid_derivative(x: real) -> real {
  return gelu_sigmoid_with_derivative(x).derivative;
}

fn gelu_sigmoid_with_derivative(x: real) -> Both {
  let bounded = bounded_magnitude(x, 0x42773333);   // 61.8, times 1.702 is 105.18
  let argument = gelu_sigmoid_argument(bounded);
  // 1.702·distance = 2·distance - 0.298·distance, the first exact
  let distance = barrier(bounded - GELU_SIGMOID_ROOT);
  let inner = logistic_product_with_derivative(with_sign(bounded, x), x < real(0.0), argument.t, argument.low,
    2.0 * distance, -0.298 * distance - 1.702 * GELU_SIGMOID_ROOT_LOW);
  return both(propagate_nan(x, select(inner.value, x, x > real(52.0))), propagate_nan(x, inner.derivative));
}
