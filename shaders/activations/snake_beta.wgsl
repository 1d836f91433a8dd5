// snake_beta(x) = x + sin²(alpha·x)/beta; derivative 1 + (alpha/beta)·sin(2·alpha·x). By alpha: x·sin(2·alpha·x)/beta; by beta:
// −sin²(alpha·x)/beta². All are NaN at ±∞.
// Method: sine.wgsl of shaders/math, with alpha·x in two floats, and so the square and the quotient.
// Error over every float32: value 0.65 ULP, derivative 0.92 for alpha = beta = 1, beside their roots 2^-24·|x|·max(1, |alpha/beta|).

// sin²(alpha·x + shift·π/4)/beta in two floats
fn snake_square(x: real, alpha: parameter, beta: parameter, shift: f32) -> SineParts {
  let sine = sine_of_product(x, alpha, shift);
  let square = barrier(sine.high * sine.high);
  let square_low = two_product_error(sine.high, sine.high, square) + 2.0 * (sine.high * sine.low);
  let quotient = barrier(square / beta.x);
  return SineParts(quotient, quotient_error(square, beta, quotient) + square_low / beta.x);
}

fn snake_beta(x: real, alpha: parameter, beta: parameter) -> real {
  let square = snake_square(x, alpha, beta, 0.0);
  let sum = barrier(x + square.high);
  let value = sum + barrier(two_sum_error(x, square.high, sum) + square.low);
  // far below 1 the square is lost beside x
  return sine_limit(x, select(value, x, abs(x * alpha.x) < real(0x1p-40)));
}

// 2·sin·cos of alpha·x
fn snake_double_sine(x: real, alpha: parameter) -> SineParts {
  return sine_of_product(x, parameter(2.0 * alpha.x, 2.0 * alpha.y), 0.0);
}

fn snake_beta_derivative(x: real, alpha: parameter, beta: parameter) -> real {
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
  return sine_limit(x, -snake_square(x, alpha, beta, 0.0).high / beta.x);
}
