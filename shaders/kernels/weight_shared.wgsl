// A value per channel; the lanes of a group lie in the same channel.
@group(0) @binding(4) var<storage, read> weight: array<f32>;
fn weight_at(i: u32) -> real { return real(weight[((params.base + i) / params.inner) % params.channels]); }
