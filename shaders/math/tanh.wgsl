// tanh x = (e^2x - 1)/(e^2x + 1)
fn hyperbolic_tangent(x: real) -> real {
  let size = abs(x);
  let parts = exp_parts(2.0 * select(size, real(12.0), size > real(12.0)), real(0.0));
  let down = power_of_two(-parts.power);
  let sum = parts.first + parts.rest;
  let base = 1.0 + down;
  let denominator = barrier(base + sum);
  let excess = relative_excess((base - denominator) + sum, denominator);
  let rise = 1.0 - down;
  let first = barrier(rise + parts.first);
  let rest = ((rise - first) + parts.first) + parts.rest;
  let value = (first + (rest - (first + rest) * excess)) / denominator;
  return bitcast<real>(bitcast<bits>(value) | (bitcast<bits>(x) & bits(0x80000000u)));
}
