// The inputs of one value a row, where a pass writes none of their buffers.
@group(0) @binding(9) var<storage, read> row_dy: array<f32>;
@group(0) @binding(10) var<storage, read> labels: array<u32>;
@group(0) @binding(12) var<storage, read> saved_log_sum_exp: array<f32>;
