// scaled_tanh(x) = alpha·tanh(beta·x); derivative alpha·beta·sech²(beta·x). By alpha: tanh(beta·x); by beta: alpha·x·sech²(beta·x).
// Method: tanh_pieces.wgsl: below slope·x·(1 + bend), slope = alpha·beta, the leading bits of slope·x exact; above alpha - missing.
// The derivative: logistic.wgsl, with beta·x in two floats. Below 2^-40 of beta·x the value is slope·x.
// Error over every float32: value 1.05 ULP, derivative 1.47; value 1.61 for other alpha and beta (sampled).

// Known before the kernel is compiled: |alpha·beta| is not 0 and at most 1, so that no subnormal x has a normal result.
override scaled_tanh_is_gentle: bool = false;

struct ScaledTanhArgument { t: real, low: real }

// beta·x, where 0·∞ is 0
fn scaled_tanh_product(x: real, beta: parameter) -> real {
  return barrier(select(x * beta.x, real(0.0), real(beta.x) == real(0.0)));
}

fn scaled_tanh_argument(x: real, beta: parameter) -> ScaledTanhArgument {
  let t = scaled_tanh_product(x, beta);
  var has_low = abs(t) < real(106.0);
  if (!scaled_tanh_is_gentle) { has_low = has_low & (t != real(0.0)); }  // 0·∞ has none
  return ScaledTanhArgument(t, select(real(0.0), product_error(x, beta, t), has_low));
}

// alpha·beta
fn scaled_tanh_slope(alpha: parameter, beta: parameter) -> ScaledTanhArgument {
  let product = barrier(real(alpha.x * beta.x));
  return ScaledTanhArgument(product, product_error(real(alpha.x), beta, product) + alpha.y * beta.x);
}

fn scaled_tanh(x: real, alpha: parameter, beta: parameter) -> real {
  let t = scaled_tanh_product(x, beta);
  let size = abs(t);
  let slope = scaled_tanh_slope(alpha, beta);
  // slope·x, of the leading bits exact and what they leave
  let x_upper = upper_half(x);
  let slope_upper = upper_half(slope.t);
  let first = x_upper * slope_upper;
  let rest = (x - x_upper) * slope.t + x_upper * (barrier(slope.t - slope_upper) + slope.low);
  let near = first + barrier(rest + (first + rest) * tanh_bend(t * t));
  // beyond TANH_END the low part may be any number, but the limit takes the place of what is made of it
  let missing = tanh_missing(size, times_sign(x * beta.y, t), real(alpha.x)) - alpha.y;
  let far = times_sign(select(alpha.x - missing, real(alpha.x), size > real(TANH_END)), t);
  let value = select(far, near, size < real(TANH_MIDDLE));
  return propagate_nan(x, select(value, scaled_tanh_tiny(x, slope.t), size < real(0x1p-40)));
}

fn scaled_tanh_tiny(x: real, slope: real) -> real {
  if (scaled_tanh_is_gentle) { return x * slope; }
  // ∞, which only a beta of 0 brings here, has no significand either
  let exponent = (bitcast<bits>(x) + bits(0x00800000u)) & bits(0x7f000000u);
  return select(x * slope, subnormal_product(x, slope), exponent == bits(0u));
}

// (factor + factor_low)·sech²(beta·x)·2^23
fn lifted_sech_squared(x: real, factor: real, factor_low: real, beta: parameter) -> real {
  let argument = scaled_tanh_argument(x, beta);
  let low = 2.0 * times_sign(argument.low, argument.t);
  return logistic_lifted_slope(logistic_parts(logistic_size(2.0 * argument.t), low), factor, factor_low);
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
