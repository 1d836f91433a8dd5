// x·σ(t) = x·e^t·(1 - …), t = 1.702x; derivative (1 + t)·e^t
fn gelu_sigmoid_tail(x: real) -> Tail {
  let bounded = select(x, real(-200.0), x < real(-200.0));
  let t = bounded * GELU_SIGMOID_SCALE;
  return Tail(t, product_error(bounded, parameter(scalar(GELU_SIGMOID_SCALE), scalar(GELU_SIGMOID_SCALE_LOW)), t), bounded, 1.0 + t);
}
