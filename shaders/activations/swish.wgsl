// swish(x, beta) = x·σ(beta·x), beta within ±1e3; derivative h(beta·x), h(t) = σ(t)·(1 + t·σ(-t))
// Method: logistic.wgsl, with beta·x in two floats; ±∞ counts as the largest number where the product needs one (0·∞).
// Error over every float32: value 1.45 ULP, derivative 1.79; no more for other beta (sampled).

const SWISH_MAXIMUM: f32 = 0x1.fffffep+127;

// Known before the kernel is compiled, this saves a fifth of the instructions.
override swish_beta_is_one: bool = false;

// Known before the kernel is compiled: |beta| is at least 2⁻¹⁰, so that x·σ(beta·x) is x or 0 for |x| from 2¹⁷ on.
override swish_beta_is_large: bool = false;

// Known before the kernel is compiled: beta is not 0, but its product with the largest float32 is small.
override swish_beta_is_tiny: bool = false;

// beta·x, endless at ±∞; 0·∞ is 0
fn swish_argument(x: real, finite: real, beta: parameter) -> real {
  if (swish_beta_is_tiny) { return barrier(x * beta.x); }
  return barrier(finite * beta.x);
}

fn swish(x: real, beta: parameter) -> real {
  return swish_with_derivative(x, beta).value;
}

fn swish_derivative(x: real, beta: parameter) -> real {
  return swish_with_derivative(x, beta).derivative;
}

fn swish_with_derivative(x: real, beta: parameter) -> Both {
  if (swish_beta_is_one) { return silu_with_derivative(x); }
  if (!swish_beta_is_large) { return both(swish_of_any(x, beta), swish_of_any_derivative(x, beta)); }
  let bounded = with_sign(bounded_magnitude(x, 0x48000000), x);   // 2^17
  let t = barrier(bounded * beta.x);
  let t_low = select(real(0.0), times_sign(product_error(bounded, beta, t), t), abs(t) < real(106.0));
  let inner = logistic_both(bounded, t < real(0.0), logistic_size(t), t_low);
  return both(propagate_nan(x, select(inner.value, x, t > real(88.0))), propagate_nan(x, inner.derivative));
}

fn swish_of_any(x: real, beta: parameter) -> real {
  let finite = select(x, with_sign(real(SWISH_MAXIMUM), x), abs(x) > real(SWISH_MAXIMUM));
  let t = swish_argument(x, finite, beta);
  let lower = select(t, real(-175.6), t < real(-175.6));
  let bounded = select(lower, real(88.0), t > real(88.0));
  let t_low = select(real(0.0), product_error(finite, beta, t), t == bounded);
  // halved where, divided by the denominator, 0.7 at least, it could overflow
  let large = abs(x) > real(0x1p126);
  let product = logistic_product(select(finite, 0.5 * finite, large), bounded, t_low);
  let value = select(product, 2.0 * product, large);
  return propagate_nan(x, select(value, x, (x != finite) & (t >= real(0.0))));
}

fn swish_of_any_derivative(x: real, beta: parameter) -> real {
  let finite = select(x, with_sign(real(SWISH_MAXIMUM), x), abs(x) > real(SWISH_MAXIMUM));
  let t = swish_argument(x, finite, beta);
  let t_low = select(real(0.0), times_sign(product_error(finite, beta, t), t), abs(t) < real(106.0));
  return propagate_nan(x, logistic_both(real(0.0), t < real(0.0), logistic_size(t), t_low).derivative);
}

// By beta: x²·σ(beta·x)·σ(-beta·x).
fn swish_beta_derivative(x: real, beta: parameter) -> real {
  let finite = select(x, with_sign(real(SWISH_MAXIMUM), x), abs(x) > real(SWISH_MAXIMUM));
  let t = swish_argument(x, finite, beta);
  let t_low = select(real(0.0), product_error(finite, beta, t), abs(t) < real(106.0));
  // times 2^40, so that the slope is not flushed where the product is not
  let slope = logistic_slope(t, t_low, 0x1p40);
  let is_far = abs(x) > real(0x1p32);
  let product = barrier(slope * select(finite, finite * 0x1p-40, is_far)) * finite;
  let value = select(barrier(product) * 0x1p-40, product, is_far);
  return propagate_nan(x, select(value, real(0.0), abs(t) > real(105.0)));
}
