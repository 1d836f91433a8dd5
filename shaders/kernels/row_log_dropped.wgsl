// ln Σe^x of each row is no output.
fn keep_log_sum_exp(row: u32, value: f32) {}
