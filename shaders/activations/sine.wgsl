// sine(x) = sin(omega·x); derivative omega·cos(omega·x). By omega: x·cos(omega·x).
// Method: sine.wgsl of shaders/math, with omega·x in two floats. sin has no limit at ±∞: there all are NaN.
// Error over every float32: value 0.78 ULP, derivative 0.78 for omega = 1; other float32 0.75 and 1.5 (sampled).
// NaN for ±∞ too
fn sine_limit(x: real, result: real) -> real {
  let is_finite = magnitude(x) < ints(0x7f800000);
  return select(bitcast<real>(bitcast<bits>(x) | bits(0x7fc00000u)), result, is_finite);
}

fn sine(x: real, omega: parameter) -> real {
  // below 2^-60 sin(a) is a, and what its product lost would be subnormal
  let near = x * omega.x;
  let value = select(sine_of_product(x, omega, 0.0).high, near, abs(near) < real(0x1p-60));
  return sine_limit(x, select(value, subnormal_product(x, real(omega.x)), is_subnormal(x)));
}

fn sine_derivative(x: real, omega: parameter) -> real {
  let cosine = sine_of_product(x, omega, 2.0).high;
  return sine_limit(x, cosine * omega.x + cosine * omega.y);
}

fn sine_omega_derivative(x: real, omega: parameter) -> real {
  return sine_limit(x, x * sine_of_product(x, omega, 2.0).high);
}
