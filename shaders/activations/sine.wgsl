// sine(x) = sin(omega·x); derivative omega·cos(omega·x). By omega: x·cos(omega·x).
// Method: sine.wgsl of shaders/math, with omega·x in two floats. sin has no limit at ±∞: there all are NaN.
// Error over every float32: value 1.00 ULP, derivative 1.00 for omega = 1; other omega 0.83 and 1.6 (sampled).

// NaN for ±∞ too
fn sine_limit(x: real, result: real) -> real {
  let is_finite = magnitude(x) < ints(0x7f800000);
  return select(bitcast<real>(bitcast<bits>(x) | bits(0x7fc00000u)), result, is_finite);
}

// Known before the kernel is compiled, this saves two fifths of the arithmetic.
override sine_omega_is_one: bool = false;

fn sine(x: real, omega: parameter) -> real {
  // below 2^-60 sin(a) is a, and what its product lost would be subnormal
  var near = x;
  if (!sine_omega_is_one) { near = select(x * omega.x, subnormal_product(x, real(omega.x)), is_subnormal(x)); }
  let value = sine_of_angle(sine_angle(x, omega, sine_omega_is_one, 0.0)).high;
  return sine_limit(x, select(value, near, abs(near) < real(0x1p-60)));
}

fn sine_derivative(x: real, omega: parameter) -> real {
  let cosine = sine_of_angle(sine_angle(x, omega, sine_omega_is_one, 1.0)).high;
  if (sine_omega_is_one) { return sine_limit(x, cosine); }
  return sine_limit(x, cosine * omega.x + cosine * omega.y);
}

fn sine_omega_derivative(x: real, omega: parameter) -> real {
  return sine_limit(x, x * sine_of_angle(sine_angle(x, omega, sine_omega_is_one, 1.0)).high);
}
