// logSumExp: y = m + ln Σe^(x-m) of a row, m its maximum; dx = softmax(x)·dy
// Absolute error on an IEEE adapter: of y 4·2^-24·max(1, |y|), of dx 4·2^-24·|dy|.

// What a thread keeps of an element; the row's sum is what its gradient is scaled by.
fn log_sum_exp_kept(x: Logit, exponential: real) -> Logit { return x; }
fn log_sum_exp_scale(sum: Total, maximum: f32) -> Total { return sum; }

fn log_sum_exp(sum: f32) -> f32 { return sum; }

fn log_sum_exp_derivative(softmax: real, dy: f32) -> real { return softmax * dy; }
