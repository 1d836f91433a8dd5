// A value per channel; the lanes of a group lie in the same channel.
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
fn channel_of(i: u32) -> u32 { return ((params.base + i) / params.inner) % params.channels; }
fn weight_at(i: u32) -> real { return real(weight[channel_of(i)]); }
fn bias_at(i: u32) -> real { return real(bias[channel_of(i)]); }
