// mish(x) = x·tanh(ln(1 + e^x)) = x − 2x/D, D = e^2x + 2e^x + 2.
// Derivative tanh(ln(1 + e^x)) + 4x·e^x·(1 + e^x)/D², root −1.19243121.
//
// Method: around 0 tanh_softplus.wgsl. Elsewhere, with t = e^−|x| = 2^power·(1 + sum): above 0 a small term is taken from x (or
// from 1); below 0 both are t times x (or x + 1) and small terms, and t's factor 1 + sum is multiplied out, so that its
// rounding falls on the small terms only. One division serves both signs: with k = 2 below 0 and 1 above,
// D (above 0, D·t²) = k + 2t + (3 − k)·t².
// Error over every float32: value 1.63 ULP, derivative 2.16.
fn mish(x: real) -> real {
  let a = bounded_magnitude(x, 0x42c63d70);   // 99.12, where the result is x, or the power -143 and `scale` 0
  let negative = x < real(0.0);
  let parts = exp_parts(-a, real(0.0));
  let scale = power_of_two(parts.power + 16.0);
  let sum = parts.first + parts.rest;
  let significand = 1.0 + sum;
  let t = significand * scale * 0x1p-16;
  let k = select(real(1.0), real(2.0), negative);
  let numerator = select(2.0 * (t * t), significand * (t + t * t), negative);
  let ratio = numerator / (k + t * (2.0 + t * (3.0 - k)));
  let bounded = select(a, -a, negative);
  let value = select(x, bounded, negative) + bounded * (select(real(0.0), sum, negative) - ratio);
  let outer = select(value, barrier(value * scale) * 0x1p-16, negative);
  return propagate_nan(x, select(outer, tanh_softplus_product(x), abs(x + 0.15) < real(0.9)));
}

fn mish_derivative(x: real) -> real {
  let a = bounded_magnitude(x, 0x42c63d70);   // 99.12, where the result is 1, or the power -143 and `scale` 0
  let negative = x < real(0.0);
  let parts = exp_parts(-a, real(0.0));
  let scale = power_of_two(parts.power + 16.0);
  let sum = parts.first + parts.rest;
  let significand = 1.0 + sum;
  let t = significand * scale * 0x1p-16;
  let k = select(real(1.0), real(2.0), negative);
  // D²/4, multiplied out: it is rounded once, D² three times
  let square = 0.25 * k * k + t * (k + t * (2.0 + t * ((3.0 - k) + t * (0.25 * (3.0 - k) * (3.0 - k)))));
  let b = a - 0.5;
  let linear = select(b - 0.5, b + b, negative);
  let quadratic = select(real(-1.0), (b - 0.25) + (0.25 * a - 0.25) * t, negative);
  let ratio = (select(t, significand, negative) * t) * (b + t * (linear + t * quadratic)) / square;
  let base = select(real(1.0), 1.0 - a, negative);
  let value = base + (select(real(0.0), sum * base, negative) + ratio);
  let outer = select(value, barrier(value * scale) * 0x1p-16, negative);
  return propagate_nan(x, select(outer, tanh_softplus_product_slope(x), abs(x + 0.745) < real(0.995)));
}
