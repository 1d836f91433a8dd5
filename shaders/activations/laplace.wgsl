// laplace(x) = ½(1 + erf((x − mu)/(sigma·√2))) = Φ(z), z = (x − mu)/sigma; derivative φ(z)/sigma.
// Method: erfc.wgsl, with z in two floats. Above 0 it is 1 − Φ(−z).
// Error over every float32: value 1.85 ULP, derivative 1.28; no more for other mu and sigma (sampled).
const LAPLACE_SCALE: f32 = 0x1.40d932p+1;   // √(2π) in two floats
const LAPLACE_SCALE_LOW: f32 = -0x1.3b1f4ep-32;

struct LaplaceArgument { z: real, low: real }

fn laplace_argument(x: real, mu: vec2<f32>, sigma: parameter) -> LaplaceArgument {
  let difference = barrier(x - mu.x);
  let inverse = inverse_of(sigma);
  let z = barrier(difference * inverse.value.x);
  let low = two_sum_error(x, real(-mu.x), difference) - mu.y;
  let rest = select(real(0.0), inverse_product_error(difference, inverse, z) + low * inverse.value.x, abs(z) < real(32.0));
  // beside a large mu the rest is not small
  let high = barrier(z + rest);
  return LaplaceArgument(high, select(real(0.0), barrier(z - high) + rest, abs(z) < real(32.0)));
}

fn laplace(x: real, mu: vec2<f32>, sigma: parameter) -> real {
  let argument = laplace_argument(x, mu, sigma);
  let a = bounded_magnitude(argument.z, 0x41547ae1);   // 13.28, where the power becomes -127
  let low = select(argument.low, -argument.low, argument.z < real(0.0));
  let parts = gaussian_parts(a);
  let tail = gaussian_tail(a);
  let whole = GAUSSIAN_TAIL + tail;
  let rest = parts.rest - (a * low) * (1.0 + (parts.first + parts.rest));
  // in this order no product rounds by more than 2^-28
  let body = GAUSSIAN_TAIL * parts.first + (tail + (tail * parts.first + whole * rest));
  let lower = power_of_two(parts.power) * quotient_of_sums(real(GAUSSIAN_TAIL), body, real(0.0), a, low);
  let outer = select(lower, 1.0 - lower, argument.z > real(0.0));
  // the density on [−1, 1], to 2 %
  let inner = gaussian_center(argument.z) + (0.3989 - 0.157 * (a * a)) * argument.low;
  return propagate_nan(x, select(outer, inner, a < real(GAUSSIAN_SPLIT)));
}

fn laplace_derivative(x: real, mu: vec2<f32>, sigma: parameter) -> real {
  let argument = laplace_argument(x, mu, sigma);
  let a = bounded_magnitude(argument.z, 0x416a6666);   // 14.65, where the power is -155
  let low = select(argument.low, -argument.low, argument.z < real(0.0));
  let parts = gaussian_parts(a);
  let high = barrier(1.0 + parts.first);
  let rest = barrier(barrier(1.0 - high) + parts.first) + (parts.rest - (a * low) * (high + parts.rest));
  let scale = barrier(real(LAPLACE_SCALE * sigma.x));
  let scale_low = product_error(real(LAPLACE_SCALE), sigma, scale) + LAPLACE_SCALE_LOW * sigma.x;
  return propagate_nan(x, scale_by_power(quotient_of_sums(high, rest, real(0.0), scale, scale_low), parts.power));
}
