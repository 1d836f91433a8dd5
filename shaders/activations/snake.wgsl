// snake(x) = x + sin²(alpha·x)/alpha, x for alpha = 0; derivative 1 + sin(2·alpha·x) = 2·sin²(alpha·x + π/4), which loses
// nothing beside its roots. By alpha: (x·cos t − sin t/2alpha)·2·sin t/alpha with t = alpha·x,
// x² for alpha = 0. All are NaN at ±∞.
// Method: snake_beta.wgsl.
// Error over every float32: value 1.37 ULP, derivative 1.60 for alpha = 1; other alpha 2.1 and 1.4 (sampled).

// Known before the kernel is compiled, this saves half of the arithmetic.
override snake_alpha_is_one: bool = false;

fn snake(x: real, alpha: parameter) -> real {
  if (snake_alpha_is_one) { return snake_of_one(x); }
  return sine_limit(x, select(snake_beta(x, alpha, alpha), x, real(alpha.x) == real(0.0)));
}

fn snake_derivative(x: real, alpha: parameter) -> real {
  return snake_slope(x, alpha, snake_alpha_is_one);
}

fn snake_alpha_derivative(x: real, alpha: parameter) -> real {
  let sine = sine_of_angle(sine_angle(x, alpha, snake_alpha_is_one, 0.0));
  let cosine = sine_of_angle(sine_angle(x, alpha, snake_alpha_is_one, 1.0));
  let product = barrier(x * cosine.high);
  let rest = two_product_error(x, cosine.high, product) + x * cosine.low;
  let twice = parameter(2.0 * alpha.x, 2.0 * alpha.y);
  let quotient = barrier(sine.high / twice.x);
  let quotient_rest = quotient_error(sine.high, twice, quotient) + sine.low / twice.x;
  let difference = barrier(product - quotient);
  let value = barrier(difference + barrier(two_sum_error(product, -quotient, difference) + (rest - quotient_rest)))
    * barrier(2.0 * sine.high / alpha.x);
  let is_small = (real(alpha.x) == real(0.0)) | (abs(x * alpha.x) < real(0x1p-40));
  return sine_limit(x, select(value, x * x, is_small));
}
