// dyt(x) = gamma·tanh(alpha·x) + beta; derivative gamma·alpha·sech²(alpha·x). By alpha: gamma·x·sech²(alpha·x); by gamma:
// tanh(alpha·x); by beta: 1.
// Method: scaled_tanh.wgsl. Beside its root the error is that of gamma·tanh(alpha·x).
// Error over every float32: value 1.05 ULP, derivative 1.47.
fn dyt(x: real, alpha: parameter, gamma: parameter, beta: parameter) -> real {
  return propagate_nan(x, scaled_tanh(x, gamma, alpha) + beta.x);
}

fn dyt_derivative(x: real, alpha: parameter, gamma: parameter, beta: parameter) -> real {
  return scaled_tanh_derivative(x, gamma, alpha);
}

fn dyt_alpha_derivative(x: real, alpha: parameter, gamma: parameter, beta: parameter) -> real {
  return scaled_tanh_beta_derivative(x, gamma, alpha);
}

fn dyt_gamma_derivative(x: real, alpha: parameter, gamma: parameter, beta: parameter) -> real {
  return scaled_tanh_alpha_derivative(x, gamma, alpha);
}

fn dyt_beta_derivative(x: real, alpha: parameter, gamma: parameter, beta: parameter) -> real {
  return propagate_nan(x, real(1.0));
}
