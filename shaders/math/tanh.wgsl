// tanh x = (e^2x - 1)/(e^2x + 1)
fn hyperbolic_tangent(x: real) -> real {
  let size = abs(x);
  let parts = exp_parts(2.0 * select(size, real(12.0), size > real(12.0)), real(0.0));
  let down = power_of_two(-parts.power);
  let large = select(real(0.0), down, down > real(LOGISTIC_SPLIT));
  let small = down - large;
  let base = 1.0 + large;
  let added = (parts.first + parts.rest) + small;
  let denominator = barrier(base + added);
  let rise = 1.0 - large;
  let first = barrier(rise + parts.first);
  let rest = ((rise - first) + parts.first) + (parts.rest - small);
  let numerator = barrier(first + rest);
  let quotient = numerator / denominator;
  let remainder = ((first - numerator) + rest) - quotient * ((base - denominator) + added);
  let value = refine_quotient(quotient, remainder, denominator);
  return bitcast<real>(bitcast<bits>(value) | (bitcast<bits>(x) & bits(0x80000000u)));
}
