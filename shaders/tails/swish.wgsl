// x·σ(t) = x·e^t·(1 - …), t = beta·x; derivative (1 + t)·e^t
fn swish_tail(x: real, beta: parameter) -> Tail {
  let t = x * beta.x;
  return Tail(t, select(real(0.0), product_error(x, beta, t), abs(t) < real(-TAIL_END)), x, 1.0 + t);
}
