// σ(x) = e^x·(1 - …) far below 0; σ′ = e^-|x|·(1 - …) on either side
fn sigmoid_tail(x: real) -> Tail {
  return Tail(-abs(x), real(0.0), real(1.0), real(1.0));
}
