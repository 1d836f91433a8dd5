// swish with beta = 1
fn silu_tail(x: real) -> Tail {
  return Tail(x, real(0.0), x, 1.0 + x);
}
