// squareplus(x) = (x + √(x² + b))/2 for b ≥ 0; derivative (1 + x/√(x² + b))/2. For b = 0 it is relu.
// At most 1.01 and 1.48 ULP for b = 4; another b adds its rounding to float32, 1. b = 0 or b ≥ 2⁻¹²⁶.

// With a = scale·|x|, at most 2⁴⁰, and share = scale²·b: root = √(a² + share) and sum = a + root as rounded,
// root_error and sum_error what the exact ones have beyond them.
struct Squareplus { root: real, root_error: real, sum: real, sum_error: real }

// The power of two that brings scale²·b into [¼, 1), so that no square over- or underflows where it matters:
// 63 less half of b's biased exponent, rounded up.
fn squareplus_scale(b: f32) -> f32 {
  return bitcast<f32>(0x5f000000u - (((bitcast<u32>(b) + 0x00800000u) >> 1u) & 0x7f800000u));
}

// The leading 12 bits, whose products with each other are exact.
fn squareplus_high(x: real) -> real {
  return bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
}

// 1/x within 1.6 %, enough for what scales a rounding error, for 2⁻¹²⁵ < x < 2¹²⁵: subtracting the pattern negates the
// exponent, and about negates the logarithm of the rest (within 12.4 %); one Newton step squares the error.
fn squareplus_reciprocal(x: real) -> real {
  let guess = bitcast<real>(bits(0x7ef311c7u) - bitcast<bits>(x));
  return guess * (2.0 - x * guess);
}

fn squareplus_parts(a: real, share: f32) -> Squareplus {
  let root = sqrt(a * a + share);
  // a² + share − root² by exact squares of the high parts, largest first, then the rest
  let a_high = squareplus_high(a);
  let root_high = squareplus_high(root);
  let square = a_high * a_high;
  let difference = barrier(larger(square, real(share)) - root_high * root_high) + smaller(square, real(share));
  let rest = (a - a_high) * (a + a_high) - (root - root_high) * (root + root_high);
  let root_error = (difference + rest) * (0.5 * squareplus_reciprocal(root));
  let sum = barrier(a + root);
  return Squareplus(root, root_error, sum, (a - barrier(sum - root)) + root_error);
}

fn squareplus(x: real, b: f32) -> real {
  let scale = squareplus_scale(b);
  let a = scale * abs(x);
  // beyond 2⁴⁰, whose pattern is 0x53800000, root is a to float32's precision
  let large = bitcast<ints>(a) > ints(0x53800000);
  let parts = squareplus_parts(smaller(a, real(1099511627776.0)), b * scale * scale);
  // above 0 half of sum; below 0 b/2 over sum, where nothing cancels
  let half_inverse = bitcast<f32>(0x7e800000u - bitcast<u32>(scale));
  let above = select((parts.sum + parts.sum_error) * half_inverse, abs(x), large);
  // no divisor reaches 2¹²⁶, whose inverse an adapter may flush to 0
  let divisor = select(larger(parts.sum, real(0.5)), abs(x) * 0x1p-10, large);
  let quotient = select(real(b * scale * 0.5), real(b * 0x1p-12), large) / divisor;
  let below = quotient - quotient * (parts.sum_error * squareplus_reciprocal(parts.sum));
  return propagate_nan(x, select(above, below, is_minus(x)));
}

fn squareplus_derivative(x: real, b: f32) -> real {
  let scale = squareplus_scale(b);
  let share = b * scale * scale;
  let a = scale * abs(x);
  let large = bitcast<ints>(a) > ints(0x53800000);
  let parts = squareplus_parts(smaller(a, real(1099511627776.0)), share);
  // at −|x| it is share/2 over root·sum, whose rounding errors correct the quotient
  let product = barrier(parts.root * parts.sum);
  let root_high = squareplus_high(parts.root);
  let sum_high = squareplus_high(parts.sum);
  let product_error = barrier(root_high * sum_high - product) + root_high * (parts.sum - sum_high)
    + (parts.root - root_high) * parts.sum;
  let error = product_error + (parts.root_error * parts.sum + parts.sum_error * parts.root);
  // from 2⁷⁵ on the quotient is 0; until there no divisor reaches 2¹²⁶, whose inverse an adapter may flush to 0
  let far = smaller(a, real(0x1p75));
  let divisor = select(larger(product, real(0.25)), far * (far * 0x1p-29), large);
  let quotient = select(real(0.5 * share), real(share * 0x1p-31), large) / divisor;
  // at most ½, whatever the rounding
  let lower = smaller(quotient - quotient * (error * squareplus_reciprocal(product)), real(0.5));
  return propagate_nan(x, select(lower, 1.0 - lower, bitcast<ints>(x) > ints(0)));
}
