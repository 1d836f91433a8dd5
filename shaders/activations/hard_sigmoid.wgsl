// hard_sigmoid(x) = min(max(alpha·x + beta, 0), 1); derivative alpha where 0 < alpha·x + beta < 1, else 0.
// At most 0.67 and 0.34 ULP for alpha = 1/6, beta = 1/2; any parameters 1.5 and 0.5 of the exact result for parameters
// within 2⁻⁴⁷ of the given ones, which shows where float32 holds an x so close to a zero of alpha·x + beta.

// alpha and beta are far from 0, and beta from 1: then neither a subnormal x nor a product that is flushed to 0 can matter.
// Known before the kernel is compiled, that saves a software adapter an eighth of the time forward, a quarter backward.
override hard_sigmoid_is_usual: bool = false;

// alpha·x + beta: product and sum as rounded, error what the exact product and parameters add, correct to about 2⁻⁴⁸ of beta
// where the sum cancels.
struct HardSigmoidLine { product: real, sum: real, error: real }

fn hard_sigmoid_line(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> HardSigmoidLine {
  var product = barrier(alpha.x * x);
  if (!hard_sigmoid_is_usual) {
    // alpha = 0 gives beta for ±∞ too
    product = select(product, real(0.0), alpha.x == 0.0);
    product = select(product, subnormal_product(x, real(alpha.x)), is_subnormal(x));
  }
  let sum = barrier(product + beta.x);
  // the parts have 12 bits each, so that their products are exact, and so are these sums
  let x_high = bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
  let x_low = x - x_high;
  let alpha_high = bitcast<f32>(bitcast<u32>(alpha.x) & 0xfffff000u);
  let alpha_low = alpha.x - alpha_high;
  let product_error = barrier(barrier(barrier(alpha_high * x_high - product) + alpha_low * x_high)
    + alpha_high * x_low) + alpha_low * x_low;
  // from 2⁻⁸⁵ to 2⁸⁵ no part under- or overflows; elsewhere no error matters
  let matters = bitcast<bits>(magnitude(product)) - bits(0x15000000u) < bits(0x55000000u);
  return HardSigmoidLine(product, sum, select(real(beta.y), product_error + (alpha.y * x + beta.y), matters));
}

fn hard_sigmoid(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> real {
  let line = hard_sigmoid_line(x, alpha, beta);
  return propagate_nan(x, unit_clamp(line.sum + line.error));
}

fn hard_sigmoid_derivative(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> real {
  let line = hard_sigmoid_line(x, alpha, beta);
  // the sum's own error decides next to 1, and at beta of 0 or 1 the sign of a product that was flushed to 0
  var least = real(0.0);
  if (!hard_sigmoid_is_usual) {
    let lost = (line.product == real(0.0)) & (magnitude(x) > ints(0)) & logic(alpha.x != 0.0);
    let signed = bitcast<real>(bitcast<bits>(x) ^ bits(bitcast<u32>(alpha.x)));
    least = select(least, with_sign(real(0x1p-126), signed), lost);
  }
  let error = two_sum_error(line.product, real(beta.x), line.sum) + (line.error + least);
  let inside = (line.sum + error > real(0.0)) & (barrier(line.sum - 1.0) + error < real(0.0));
  // ∞ has no error
  return propagate_nan(x, select(real(0.0), real(alpha.x), inside & (magnitude(line.sum) < ints(0x7f800000))));
}
