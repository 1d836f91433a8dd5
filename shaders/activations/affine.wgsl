// affine(x) = alpha·x + beta; derivative alpha. By alpha: x; by beta: 1.
// Method: line.wgsl, the sum's own error added: rounded once, also where alpha·x and beta cancel.
// Error: 0 for alpha = 1, beta = 0; any others 1.3 of the exact result for parameters within 2⁻⁴⁷ of the given ones (sampled).
fn affine(x: real, alpha: parameter, beta: parameter) -> real {
  return propagate_nan(x, line_value(x, alpha, beta));
}

fn affine_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  return propagate_nan(x, real(alpha.x));
}

fn affine_alpha_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  return x;
}

fn affine_beta_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  return propagate_nan(x, real(1.0));
}
