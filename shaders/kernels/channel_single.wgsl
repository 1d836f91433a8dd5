// One learned value for the whole tensor.
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
fn weight_at(i: u32) -> real { return real(weight[0]); }
fn bias_at(i: u32) -> real { return real(bias[0]); }
