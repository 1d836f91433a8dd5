// tanh of x
fn hyperbolic_tangent(x: real) -> real {
  let parts = exp_parts(clamp(2.0 * x, real(-20.0), real(20.0)), real(0.0));
  let sum = parts.first + parts.rest;
  let up = power_of_two(min(parts.power, real(0.0)));
  let down = power_of_two(-max(parts.power, real(0.0)));
  return ((up - down) + up * sum) / ((up + down) + up * sum);
}
