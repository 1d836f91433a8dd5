// hard_sigmoid(x) = min(max(alpha·x + beta, 0), 1); derivative alpha where 0 < alpha·x + beta < 1, else 0.

// alpha·x + beta as an unevaluated sum of two floats, where terms cancel correct to about 2⁻⁴⁸ of beta.
struct HardSigmoidLine { sum: real, error: real }

fn hard_sigmoid_line(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> HardSigmoidLine {
  // beyond 1e30 the line is far outside [0, 1]; the clamp keeps the products finite
  let inside = clamp(x, real(-1e30), real(1e30));
  let inside_high = bitcast<real>(bitcast<bits>(inside) & bits(0xfffff000u));
  let inside_low = inside - inside_high;
  let alpha_high = bitcast<f32>(bitcast<u32>(alpha.x) & 0xfffff000u);
  let alpha_low = alpha.x - alpha_high;
  let product = barrier(alpha.x * inside);
  let sum = barrier(product + beta.x);
  let product_error = barrier(alpha_high * inside_high - product) + barrier(alpha_low * inside_high)
    + barrier(alpha_high * inside_low) + barrier(alpha_low * inside_low);
  return HardSigmoidLine(sum, product_error + (alpha.y * inside + beta.y));
}

fn hard_sigmoid(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> real {
  let line = hard_sigmoid_line(x, alpha, beta);
  return propagate_nan(x, clamp(line.sum + line.error, real(0.0), real(1.0)));
}

fn hard_sigmoid_derivative(x: real, alpha: vec2<f32>, beta: vec2<f32>) -> real {
  let line = hard_sigmoid_line(x, alpha, beta);
  let inside = (line.sum + line.error > real(0.0)) & (barrier(line.sum - 1.0) + line.error < real(0.0));
  return propagate_nan(x, select(real(0.0), real(alpha.x), inside));
}
