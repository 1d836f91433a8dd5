// alpha·x + beta: product and sum as rounded, error what the exact product and parameters add, correct to about 2⁻⁴⁸ of beta
// where the sum cancels.

// alpha and beta are far from 0, and beta from 1: then neither a subnormal x nor a product that is flushed to 0 can matter.
// Known before the kernel is compiled, that saves a software adapter an eighth of hardSigmoid's time forward, a quarter backward.
override line_is_usual: bool = false;

struct Line { product: real, sum: real, error: real }

fn line(x: real, alpha: parameter, beta: parameter) -> Line {
  var product = barrier(alpha.x * x);
  if (!line_is_usual) {
    // alpha = 0 gives beta for ±∞ too
    product = select(product, real(0.0), real(alpha.x) == real(0.0));
    product = select(product, subnormal_product(x, real(alpha.x)), is_subnormal(x));
  }
  let sum = barrier(product + beta.x);
  // the parts have 12 bits each, so that their products are exact, and so are these sums
  let x_high = bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
  let x_low = x - x_high;
  let alpha_high = bitcast<scalar>(bitcast<scalar_bits>(alpha.x) & scalar_bits(0xfffff000u));
  let alpha_low = alpha.x - alpha_high;
  let product_error = barrier(barrier(barrier(alpha_high * x_high - product) + alpha_low * x_high)
    + alpha_high * x_low) + alpha_low * x_low;
  // from 2⁻⁸⁵ to 2⁸⁵ no part under- or overflows; elsewhere no error matters
  let matters = bitcast<bits>(magnitude(product)) - bits(0x15000000u) < bits(0x55000000u);
  return Line(product, sum, select(real(beta.y), product_error + (alpha.y * x + beta.y), matters));
}

// alpha·x + beta with the error of its last sum too: rounded once.
fn line_value(x: real, alpha: parameter, beta: parameter) -> real {
  let parts = line(x, alpha, beta);
  let is_finite = magnitude(parts.sum) < ints(0x7f800000);
  let error = select(real(0.0), two_sum_error(parts.product, real(beta.x), parts.sum), is_finite);
  return parts.sum + barrier(error + parts.error);
}
