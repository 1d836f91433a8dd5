// laplace(x, mu, sigma) = ½(1 + erf((x − mu)/(sigma·√2))) = Φ(z), z = (x − mu)/sigma; derivative φ(z)/sigma.
// Method: with a = |z| in two floats Φ(-a) = e^(-a²/2)·M(a)/(1 + a), the exponential of erfc.wgsl, M a polynomial in
// (a - 1.5)/(a + 3.5) between 0.42 and 0.53. Above 0 it is 1 − Φ(−z).
// Error over every float32: value 1.90 ULP, derivative 1.30; no more for other mu and sigma (sampled).
// Coefficients: laplace.sollya (fpminimax).
const LAPLACE_SCALE: f32 = 0x1.40d932p+1;   // √(2π) in two floats
const LAPLACE_SCALE_LOW: f32 = -0x1.3b1f4ep-32;
const LAPLACE_MIDDLE: f32 = 0.46875;

// |z|, up to some limit, what its sum loses, and whether z is above 0
struct LaplaceSize { a: real, low: real, is_upper: logic }

fn laplace_size(x: real, mu: vec2<f32>, sigma: parameter, limit: i32) -> LaplaceSize {
  let difference = barrier(x - mu.x);
  let inverse = inverse_of(sigma);
  let product = product_of_sums(difference, two_sum_error(x, real(-mu.x), difference) - mu.y, inverse.value);
  let rest = product.rest + difference * inverse.low;
  let z = barrier(product.first + rest);
  let a = bounded_magnitude(z, limit);
  let is_within = a == abs(z);
  // of what overflows the first part has the sign
  return LaplaceSize(a, select(real(0.0), times_sign(barrier(product.first - z) + rest, z), is_within),
    select(product.first > real(0.0), z > real(0.0), is_within));
}

fn laplace(x: real, mu: vec2<f32>, sigma: parameter) -> real {
  let size = laplace_size(x, mu, sigma, 0x41547ae1);   // 13.28, where the power becomes -127
  let a = size.a;
  let parts = gaussian_parts(a, size.low);
  let v = (a - 1.5) / (a + 3.5);
  let tail = 0x1.766358p-5 + v * (-0x1.978058p-4 + v * (-0x1.41b874p-3 + v * (0x1.1d0932p-2 + v * (-0x1.7364c8p-3
    + v * (0x1.c353acp-6 + v * (0x1.d48bf4p-6 + v * (-0x1.1234dap-7 + v * (-0x1.9ff34p-8 + v * (0x1.d13218p-10
    + v * 0x1.d476a4p-11)))))))));
  let whole = LAPLACE_MIDDLE + barrier(tail);
  let body = LAPLACE_MIDDLE * parts.first + (tail + (tail * parts.first + whole * parts.rest));
  let sum = barrier(1.0 + a);
  let sum_low = two_sum_error(real(1.0), a, sum) + size.low;
  let lower = power_of_two(parts.power) * quotient_of_sums(real(LAPLACE_MIDDLE), body, real(0.0), sum, sum_low);
  return propagate_nan(x, select(lower, 1.0 - lower, size.is_upper));
}

fn laplace_derivative(x: real, mu: vec2<f32>, sigma: parameter) -> real {
  let size = laplace_size(x, mu, sigma, 0x416a6666);   // 14.65, where the power is -155
  let parts = gaussian_parts(size.a, size.low);
  let high = barrier(1.0 + parts.first);
  let rest = barrier(barrier(1.0 - high) + parts.first) + parts.rest;
  let scale = barrier(real(LAPLACE_SCALE * sigma.x));
  let scale_low = product_error(real(LAPLACE_SCALE), sigma, scale) + LAPLACE_SCALE_LOW * sigma.x;
  return propagate_nan(x, scale_by_power(quotient_of_sums(high, rest, real(0.0), scale, scale_low), parts.power));
}
