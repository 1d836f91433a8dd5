// scaled_tanh(x) = alpha·tanh(beta·x); derivative alpha·beta·sech²(beta·x). By alpha: tanh(beta·x); by beta: alpha·x·sech²(beta·x).
// Method: tanh_fraction.wgsl and logistic.wgsl, with beta·x in two floats; the factor goes into the numerator, so the quotient is
// rounded once. Below 2^-40 of beta·x the value is alpha·beta·x.
// Error over every float32: value 1.37 ULP, derivative 1.45; no more for other alpha and beta (sampled).
struct ScaledTanhArgument { t: real, low: real }

fn scaled_tanh_argument(x: real, beta: parameter) -> ScaledTanhArgument {
  // 0·∞ is 0 here
  let t = barrier(select(x * beta.x, real(0.0), real(beta.x) == real(0.0)));
  return ScaledTanhArgument(t, select(real(0.0), product_error(x, beta, t), abs(t) < real(106.0)));
}

// alpha·beta
fn scaled_tanh_slope(alpha: parameter, beta: parameter) -> ScaledTanhArgument {
  let product = barrier(real(alpha.x * beta.x));
  return ScaledTanhArgument(product, product_error(real(alpha.x), beta, product) + alpha.y * beta.x);
}

fn scaled_tanh(x: real, alpha: parameter, beta: parameter) -> real {
  let argument = scaled_tanh_argument(x, beta);
  let t = argument.t;
  let size = abs(t);
  let fraction = tanh_fraction(size, select(argument.low, -argument.low, t < real(0.0)));
  let numerator = product_of_sums(fraction.first, fraction.rest, alpha);
  let value = quotient_of_sums(numerator.first, numerator.rest, real(0.0), fraction.denominator, fraction.excess);
  let limited = select(value, real(alpha.x), magnitude(t) > ints(TANH_END));
  let signed = bitcast<real>(bitcast<bits>(limited) ^ (bitcast<bits>(t) & bits(0x80000000u)));
  let slope = scaled_tanh_slope(alpha, beta);
  let near = x * slope.t + x * slope.low;
  let inner = select(near, subnormal_product(x, slope.t), is_subnormal(x));
  return propagate_nan(x, select(signed, inner, size < real(0x1p-40)));
}

// (factor + factor_low)·sech²(beta·x)·2^23
fn lifted_sech_squared(x: real, factor: real, factor_low: real, beta: parameter) -> real {
  let argument = scaled_tanh_argument(x, beta);
  let size = 2.0 * abs(argument.t);
  let low = 2.0 * select(argument.low, -argument.low, argument.t < real(0.0));
  let bell = logistic_bell(select(size, real(105.2), size > real(105.2)), low);
  let value = quotient_of_sums(factor, factor_low, real(0.0), bell.denominator, bell.excess);
  return barrier(value * bell.lifted);
}

fn scaled_tanh_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  let slope = scaled_tanh_slope(alpha, beta);
  return propagate_nan(x, lifted_sech_squared(x, slope.t, slope.low, beta) * 0x1p-23);
}

fn scaled_tanh_alpha_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  return scaled_tanh(x, parameter(scalar(1.0), scalar(0.0)), beta);
}

fn scaled_tanh_beta_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  let lifted = lifted_sech_squared(x, real(alpha.x), real(alpha.y), beta);
  let slope = barrier(lifted * 0x1p-23);
  // the factor that keeps the product from being flushed or too large comes first
  let is_middle = (abs(x) >= real(1.0)) & (abs(x) <= real(0x1p64));
  let near = select(slope * x, subnormal_product(x, slope), is_subnormal(x));
  let value = select(near, barrier(lifted * x) * 0x1p-23, is_middle);
  return propagate_nan(x, select(value, real(0.0), lifted == real(0.0)));
}
