// lisht(x) = x·tanh x; derivative tanh x + x·sech² x, two terms of one sign.
// Method: tanh_fraction.wgsl, x going into the numerator, so that the quotient is rounded once; sech² is 4·σ(-2|x|)·σ(2|x|) of the
// same exponential. Below 2^-40 lisht is x², beyond 9.1 |x|.
// Error over every float32: value 1.80 ULP, derivative 1.97.
fn lisht(x: real) -> real {
  let size = abs(x);
  let fraction = tanh_fraction(size, real(0.0));
  let numerator = barrier(fraction.first * size);
  let rest = two_product_error(fraction.first, size, numerator) + fraction.rest * size;
  let value = quotient_of_sums(numerator, rest, real(0.0), fraction.denominator, fraction.excess);
  let limited = select(value, size, magnitude(x) > ints(TANH_END));
  return propagate_nan(x, select(limited, x * x, size < real(0x1p-40)));
}

fn lisht_derivative(x: real) -> real {
  let size = bounded_magnitude(x, 0x41a80000);   // 21, where sech² is nothing beside tanh
  let fraction = tanh_fraction(size, real(0.0));
  let once = quotient_of_sums(fraction.first, fraction.rest, real(0.0), fraction.denominator, fraction.excess);
  let share = fraction.down / fraction.denominator;
  // below 1 an error of tanh in both terms nearly cancels
  let slope = select(4.0 * share * (1.0 - share), 1.0 - once * once, size < real(1.0));
  let value = once + size * slope;
  let near = select(2.0 * x, subnormal_product(x, real(2.0)), is_subnormal(x));
  return propagate_nan(x, select(with_sign(value, x), near, abs(x) < real(0x1p-60)));
}
