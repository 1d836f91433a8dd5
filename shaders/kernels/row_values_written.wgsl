// The inputs of one value a row, where a pass writes another range of their buffers.
@group(0) @binding(9) var<storage, read_write> row_dy: array<f32>;
@group(0) @binding(10) var<storage, read_write> labels: array<u32>;
@group(0) @binding(12) var<storage, read_write> saved_log_sum_exp: array<f32>;
