// snake_beta(x) = x + sin²(alpha·x)/beta; derivative 1 + (alpha/beta)·sin(2·alpha·x). By alpha: x·sin(2·alpha·x)/beta; by beta:
// −sin²(alpha·x)/beta². All are NaN at ±∞.
// Method: sine.wgsl of shaders/math, with alpha·x in two floats, and so the square and the quotient.
// Error over every float32: value 0.71 ULP, derivative 1.41 for alpha = beta = 1. For others, beside their
// roots, 2^-24·|x|·max(1, |alpha/beta|).

// Known before the kernel is compiled: both are 1, which saves half of the arithmetic.
override snake_beta_is_one: bool = false;

// sin²(alpha·x)/beta in two floats
fn snake_square(x: real, alpha: parameter, beta: parameter) -> SineParts {
  let square = sine_square_of_angle(sine_angle(x, alpha, false, 0.0));
  let inverse = inverse_of(beta);
  let quotient = barrier(square.high * inverse.value.x);
  return SineParts(quotient, inverse_product_error(square.high, inverse, quotient) + square.low * inverse.value.x);
}

fn snake_beta(x: real, alpha: parameter, beta: parameter) -> real {
  if (snake_beta_is_one) { return snake_of_one(x); }
  let square = snake_square(x, alpha, beta);
  let sum = barrier(x + square.high);
  let value = sum + barrier(two_sum_error(x, square.high, sum) + square.low);
  // an infinite sum has no error; far below 1 the square is lost beside x
  let whole = select(value, sum, magnitude(sum) == ints(0x7f800000));
  return sine_limit(x, select(whole, x, abs(x * alpha.x) < real(0x1p-40)));
}

// x + sin² x, of which x is the larger term
fn snake_of_one(x: real) -> real {
  let square = sine_square_of_angle(sine_angle(x, parameter(scalar(1.0), scalar(0.0)), true, 0.0));
  let sum = barrier(x + square.high);
  let value = sum + barrier((barrier(x - sum) + square.high) + square.low);
  return sine_limit(x, select(value, x, abs(x) < real(0x1p-40)));
}

// 1 + sin(2·alpha·x) = 2·sin²(alpha·x + π/4), which loses nothing beside its roots
fn snake_slope(x: real, alpha: parameter, is_one: bool) -> real {
  let square = sine_square_of_angle(sine_angle(x, alpha, is_one, 0.5));
  return sine_limit(x, 2.0 * (square.high + square.low));
}

// 2·sin·cos of alpha·x
fn snake_double_sine(x: real, alpha: parameter) -> SineParts {
  return sine_of_angle(sine_angle(x, parameter(2.0 * alpha.x, 2.0 * alpha.y), false, 0.0));
}

fn snake_beta_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  if (snake_beta_is_one) { return snake_slope(x, alpha, true); }
  let sine = snake_double_sine(x, alpha);
  let ratio = barrier(real(alpha.x / beta.x));
  let ratio_low = quotient_error(real(alpha.x), beta, ratio) + alpha.y / beta.x;
  let product = barrier(sine.high * ratio);
  let low = two_product_error(sine.high, ratio, product) + (sine.low * ratio + sine.high * ratio_low);
  let sum = barrier(1.0 + product);
  return sine_limit(x, sum + barrier(two_sum_error(real(1.0), product, sum) + low));
}

fn snake_beta_alpha_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  return sine_limit(x, x * barrier(snake_double_sine(x, alpha).high / beta.x));
}

fn snake_beta_beta_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  let square = snake_square(x, alpha, beta);
  return sine_limit(x, -(square.high + square.low) / beta.x);
}
