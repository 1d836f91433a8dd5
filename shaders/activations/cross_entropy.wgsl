// crossEntropy of a row and its label l, L = ln Σe^x: (1 - s)·(L - x_l) + s·(L - mean of x) + z·L²; of s = labelSmoothing and
// z = zLoss. dx = dy·(softmax(x)·(1 + 2z·L) - (1 - s)·[column is l] - s / columns).
// Absolute error on an IEEE adapter: of y 4·2^-24·max(1, |y|), of dx 4·2^-24·|dy|, where z is 0.

// What a thread keeps of an element; the row's sum is what its gradient is scaled by.
fn cross_entropy_kept(x: Logit, exponential: real) -> Logit { return x; }
fn cross_entropy_scale(sum: Total, maximum: f32) -> Total { return sum; }

// from ln Σe^(x-m), m - x_l and half the mean of m - x: all of one sign, so that nothing cancels
fn cross_entropy(logarithm: Total, difference: Total, half_mean: f32, log_sum_exp: f32, options: vec4<f32>) -> f32 {
  let part = 1.0 - options.x;
  let own = total_normal(total_sum(logarithm, Total(part * difference.high, part * difference.low)));
  return own.high + (own.low + (2.0 * options.x) * half_mean + options.y * log_sum_exp * log_sum_exp);
}

fn cross_entropy_derivative(softmax: real, is_label: logic, dy: f32, log_sum_exp: f32, options: vec4<f32>) -> real {
  let slope = softmax * (1.0 + 2.0 * options.y * log_sum_exp);
  return dy * ((slope - select(real(0.0), real(1.0 - options.x), is_label)) - options.z);
}
