// hard_sigmoid(x) = min(max(alpha·x + beta, 0), 1); derivative alpha where 0 < alpha·x + beta < 1, else 0.

// alpha·x + beta as an unevaluated sum of two floats, where terms cancel correct to about 2⁻⁴⁸ of beta.
struct HardSigmoidLine { sum: real, error: real }

fn hard_sigmoid_line(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> HardSigmoidLine {
  // beyond 1e30 the line is far outside [0, 1]; the limit keeps the products finite
  let limited = select(select(x, real(1e30), x > real(1e30)), real(-1e30), x < real(-1e30));
  let x_high = bitcast<real>(bitcast<bits>(limited) & bits(0xfffff000u));
  let x_low = limited - x_high;
  let alpha_high = bitcast<f32>(bitcast<u32>(alpha.x) & 0xfffff000u);
  let alpha_low = alpha.x - alpha_high;
  let product = barrier(alpha.x * limited);
  let sum = barrier(product + beta.x);
  // the parts have 12 bits each, so that their products are exact, and so are these sums
  let product_error = barrier(barrier(alpha_high * x_high - product) + barrier(alpha_low * x_high)
    + alpha_high * x_low) + alpha_low * x_low;
  return HardSigmoidLine(sum, product_error + (alpha.y * limited + beta.y));
}

fn hard_sigmoid(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> real {
  let line = hard_sigmoid_line(x, alpha, beta);
  return propagate_nan(x, unit_clamp(line.sum + line.error));
}

fn hard_sigmoid_derivative(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> real {
  let line = hard_sigmoid_line(x, alpha, beta);
  let inside = (line.sum + line.error > real(0.0)) & (barrier(line.sum - 1.0) + line.error < real(0.0));
  return propagate_nan(x, select(real(0.0), real(alpha.x), inside));
}
