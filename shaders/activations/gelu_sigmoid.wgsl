// gelu_sigmoid(x) = x·σ(1.702x); derivative h(1.702x), h(t) = σ(t)·(1 + t·σ(-t))
// Method: logistic.wgsl, with 1.702x in two floats, else the tail would lose tens of ULP. 1.702 is the sum of two float32.
// Error over every float32: value 1.42 ULP, derivative 1.77.

const GELU_SIGMOID_SCALE: f32 = 0x1.b3b646p+0;
const GELU_SIGMOID_SCALE_LOW: f32 = -0x1.78d4fep-26;

fn gelu_sigmoid(x: real) -> real {
  return gelu_sigmoid_with_derivative(x).value;
}

fn gelu_sigmoid_derivative(x: real) -> real {
  return gelu_sigmoid_with_derivative(x).derivative;
}

fn gelu_sigmoid_with_derivative(x: real) -> Both {
  let lower = select(x, real(-103.0), x < real(-103.0));
  let bounded = select(lower, real(103.0), x > real(103.0));
  let t = barrier(bounded * GELU_SIGMOID_SCALE);
  let t_low = product_error(bounded, parameter(scalar(GELU_SIGMOID_SCALE), scalar(GELU_SIGMOID_SCALE_LOW)), t);
  let inner = logistic_product_with_derivative(bounded, t, t_low);
  return both(propagate_nan(x, select(inner.value, x, x > real(52.0))), propagate_nan(x, inner.derivative));
}
