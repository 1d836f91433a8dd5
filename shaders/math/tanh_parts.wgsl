// tanh(t + t_low) = first + rest, |first| <= 1
struct TanhParts { first: real, rest: real }

fn tanh_parts(t: real, t_low: real) -> TanhParts {
  let size = abs(t);
  let negative = t < real(0.0);
  let parts = exp_parts(2.0 * select(size, real(9.1), size > real(9.1)), 2.0 * select(t_low, -t_low, negative));
  let down = power_of_two(-parts.power);
  let large = select(real(0.0), down, down > real(LOGISTIC_SPLIT));
  let small = down - large;
  let base = 1.0 + large;
  let added = (parts.first + parts.rest) + small;
  let denominator = barrier(base + added);
  let rise = 1.0 - large;
  let first = barrier(rise + parts.first);
  let rest = (barrier(rise - first) + parts.first) + (parts.rest - small);
  let numerator = barrier(first + rest);
  let quotient = numerator / denominator;
  let remainder = (barrier(first - numerator) + rest) - quotient * (barrier(base - denominator) + added);
  let correction = refine_quotient(real(0.0), remainder, denominator);
  return TanhParts(select(quotient, -quotient, negative), select(correction, -correction, negative));
}
