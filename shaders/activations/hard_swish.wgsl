// hard_swish(x) = x·min(max(x/6 + ½, 0), 1); derivative (2x + 3)/6 on −3 < x < 3, 0 below, 1 above.
// Outside ±3, whose pattern is 0x40400000, it is relu.
// At most 1 ULP each; 1.34 where a compiler divides by multiplying with the reciprocal, as SwiftShader's does.
fn hard_swish(x: real) -> real {
  // x(x + 3)/6 up to −1, where x + 3 is exact; x/2 + x²/6 from there on, where x/2 is exact and nothing cancels
  let factored = x < real(-1.0);
  let inner = select(0.5 * x, real(0.0), factored) + x * select(x, x + 3.0, factored) / 6.0;
  return select(relu(x), inner, magnitude(x) < ints(0x40400000));
}

fn hard_swish_derivative(x: real) -> real {
  // x + 1.5 is exact around the zero at −1.5
  return select(relu_derivative(x), barrier(x + 1.5) / 3.0, magnitude(x) < ints(0x40400000));
}
