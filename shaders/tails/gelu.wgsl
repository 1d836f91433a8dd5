// x·Φ(x) = -e^(-x²/2)·S/√(2π), S = 1 - 1/x² + 3/x⁴ - 15/x⁶ + …, the asymptotic series (Abramowitz & Stegun, 26.2.12), cut
// where for x < -10.9 the next term is below 2^-28; derivative e^(-x²/2)·(x - S/x)/√(2π)
fn gelu_tail(x: real) -> Tail {
  let bounded = select(x, real(-26.0), x < real(-26.0));
  let half = -0.5 * bounded;
  let exponent = half * bounded;
  let w = 1.0 / (bounded * bounded);
  let series = 1.0 - w * (1.0 - w * (3.0 - w * (15.0 - w * (105.0 - w * 945.0))));
  let low = two_product_error(half, bounded, exponent);
  return Tail(exponent, low, -0.3989422804 * series, 0.3989422804 * (bounded - series / bounded));
}
