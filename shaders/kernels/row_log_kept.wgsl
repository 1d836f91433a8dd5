// ln Σe^x of each row is an output.
@group(0) @binding(13) var<storage, read_write> log_sum_exp: array<f32>;
fn keep_log_sum_exp(row: u32, value: f32) { log_sum_exp[row] = value; }
