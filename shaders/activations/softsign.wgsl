// softsign(x) = x/(1 + |x|); derivative 1/(1 + |x|)².
// At most 1.5 ULP each.
fn softsign(x: real) -> real {
  // beyond 2²⁵ the quotient rounds to ±1; the limit keeps ∞/∞ away
  let a = smaller(abs(x), real(1e30));
  return propagate_nan(x, with_sign(a / (1.0 + a), x));
}

fn softsign_derivative(x: real) -> real {
  // 2⁶⁴, whose square is ∞ as it should be, keeps ∞ − ∞ away
  let a = smaller(abs(x), real(18446744073709551616.0));
  // 1 + a = high + low exactly; high has 12 bits, so that its square is exact
  let sum = 1.0 + a;
  let high = bitcast<real>(bitcast<bits>(sum) & bits(0xfffff000u));
  let low = barrier(larger(a, real(1.0)) - high) + smaller(a, real(1.0));
  return propagate_nan(x, 1.0 / (high * high + low * (high + sum)));
}
