// x·σ(t) = x·e^t·(1 - …), t = 1.702x; derivative (1 + t)·e^t
fn gelu_sigmoid_tail(x: real) -> Tail {
  let bounded = select(x, real(-200.0), x < real(-200.0));
  let argument = gelu_sigmoid_argument(bounded);
  return Tail(argument.t, argument.low, bounded, 1.0 + argument.t);
}
