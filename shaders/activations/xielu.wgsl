// xielu(x) = alpha_p·x² + beta·x if x > 0, else alpha_n·(e^m − 1 − x) + beta·x, m = min(x, epsilon); derivative 2·alpha_p·x + beta,
// else alpha_n·(e^m − 1) + beta. By alpha_p: x²; by alpha_n: e^m − 1 − x.
// Method: (alpha_p·x + beta)·x above 0; below, (e^m − 1 − m)/m² is a polynomial from −1 on, and before −1 the terms in x join first.
// Beside the roots below 0 the error is that of beta·x, and of beta.
// Error over every float32: value 1.80 ULP, derivative 1.11.
// Coefficients, and their error: test/goldens/coefficients.py (near-minimax).

// Known before the kernel is compiled: beta − alpha_n is a float32 and not 0, alpha_p and beta lie between 2⁻²⁰ and 1. Then
// nothing cancels above 0, no term vanishes, and no subnormal x has a normal result.
override xielu_is_usual: bool = false;

// e^m − 1 − m for −1 ≤ m ≤ 0
fn exp_minus_line(m: real) -> real {
  return (m * m) * (0.5 + m * (0x1.555556p-3 + m * (0x1.555588p-5 + m * (0x1.1115fp-7 + m * (0x1.6c801cp-10
    + m * (0x1.a438e8p-13 + m * (0x1.aecc44p-16 + m * 0x1.4e9ca8p-19)))))));
}

// factor·(e^m − 1)
fn xielu_growth(m: real, factor: parameter) -> real {
  return expm1_product(select(m, real(-24.0), m < real(-24.0)), real(0.0), factor);
}

// From −1 on; linear is beta·x.
fn xielu_near(x: real, m: real, alpha_n: parameter, linear: real) -> real {
  return alpha_n.x * exp_minus_line(m) + (alpha_n.x * barrier(m - x) + linear);
}

// (alpha_p·x + beta)·x for x > 0, where that is usual. Of alpha_p·x the leading bits are exact; Fast2Sum of two positive numbers.
fn xielu_square(x: real, alpha_p: parameter, beta: parameter) -> real {
  let bounded = bitcast<real>(min(bitcast<ints>(x), ints(0x71800000)));   // 2^100, of which the square is endless
  let upper = upper_half(bounded);
  let alpha_upper = bitcast<scalar>(bitcast<scalar_bits>(alpha_p.x) & scalar_bits(0xfffff000u));
  let first = alpha_upper * upper;
  let rest = alpha_p.x * (bounded - upper) + (alpha_p.x - alpha_upper) * upper;
  let larger = max(first, real(beta.x));
  let sum = barrier(first + beta.x);
  return (sum + barrier((min(first, real(beta.x)) - barrier(sum - larger)) + rest)) * bounded;
}

fn xielu(x: real, alpha_p: parameter, alpha_n: parameter, beta: parameter, epsilon: f32) -> real {
  let m = select(x, real(epsilon), x > real(epsilon));
  let slope = beta.x - alpha_n.x;
  if (xielu_is_usual) {
    let square = xielu_square(x, alpha_p, beta);
    let near = xielu_near(x, m, alpha_n, beta.x * x);
    // the terms in x join in slope·(x + 1), and x + 1 is exact up to 2^24
    let parts = exp_parts(select(m, real(-24.0), m < real(-24.0)), real(0.0));
    let growth = alpha_n.x * (power_of_two(parts.power) * (1.0 + (parts.first + parts.rest)));
    let below = select(near, (growth - beta.x) + slope * (x + 1.0), x < real(-1.0));
    return propagate_nan(x, select(below, square, bitcast<ints>(x) > ints(0)));
  }
  let linear = select(beta.x * x, subnormal_product(x, real(beta.x)), is_subnormal(x));
  let near = xielu_near(x, m, alpha_n, linear);
  let slope_low = two_sum_error(real(beta.x), real(-alpha_n.x), real(slope));
  // slope·x is −slope + slope·(x + 1): the first is near the growth, and x + 1 is exact up to 2^24
  let shifted = barrier(xielu_growth(m, alpha_n) - slope);
  let rise = line_value(x, alpha_p, beta);
  // 0·∞ is 0 here
  let rest = select(slope_low * x, real(0.0), magnitude(x) == ints(0x7f800000));
  let steep = select(slope * (x + 1.0), real(0.0), real(slope) == real(0.0)) + rest;
  let square = select(rise * x, real(0.0), rise == real(0.0));
  let above = select(square, linear, is_subnormal(x));
  let below = select(near, shifted + steep, x < real(-1.0));
  return propagate_nan(x, select(below, above, bitcast<ints>(x) > ints(0)));
}

fn xielu_derivative(x: real, alpha_p: parameter, alpha_n: parameter, beta: parameter, epsilon: f32) -> real {
  let m = select(x, real(epsilon), x > real(epsilon));
  let steep = real(2.0 * alpha_p.x);
  if (xielu_is_usual) {
    let parts = exp_parts(select(m, real(-24.0), m < real(-24.0)), real(0.0));
    let scale = power_of_two(parts.power);
    // the large terms first: beside the root they leave little
    let below = barrier(beta.x - alpha_n.x * (1.0 - scale)) + alpha_n.x * (scale * (parts.first + parts.rest));
    return propagate_nan(x, select(below, steep * x + beta.x, bitcast<ints>(x) > ints(0)));
  }
  let below = xielu_growth(m, alpha_n) + beta.x;
  let above = 2.0 * line_value(x, alpha_p, parameter(0.5 * beta.x, scalar(0.0)));
  // half of a small slope would be subnormal
  let small = beta.x + select(steep * x, subnormal_product(x, steep), is_subnormal(x));
  let right = select(above, small, x < real(0x1p-60));
  return propagate_nan(x, select(below, right, bitcast<ints>(x) > ints(0)));
}

fn xielu_alpha_p_derivative(x: real, alpha_p: parameter, alpha_n: parameter, beta: parameter, epsilon: f32) -> real {
  return relu_squared(x);
}

fn xielu_alpha_n_derivative(x: real, alpha_p: parameter, alpha_n: parameter, beta: parameter, epsilon: f32) -> real {
  let m = select(x, real(epsilon), x > real(epsilon));
  let value = select(exp_minus_line(m) + barrier(m - x), xielu_growth(m, parameter(scalar(1.0), scalar(0.0))) - x, m < real(-1.0));
  return propagate_nan(x, select(value, real(0.0), bitcast<ints>(x) > ints(0)));
}
