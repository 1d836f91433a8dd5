// x·σ(t) = x·e^t·(1 - …), t = c·x + d·x³; derivative (1 + w)·e^t, w = c·x + 3d·x³
fn gelu_tanh_tail(x: real) -> Tail {
  let bounded = clamp(x, real(-20.0), real(20.0));
  let slope = gelu_tanh_slope(bounded);
  let argument = gelu_tanh_product(bounded, slope);
  let w = gelu_tanh_product(bounded, gelu_tanh_steep(slope));
  let t = barrier(argument.first + argument.rest);
  return Tail(t, barrier(argument.first - t) + argument.rest, bounded, (1.0 + w.first) + w.rest);
}
