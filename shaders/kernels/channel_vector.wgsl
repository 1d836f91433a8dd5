// A value per channel, channels last and a multiple of four: a group's values are one load.
@group(0) @binding(4) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> bias: array<vec4<f32>>;
fn weight_at(i: u32) -> real { return weight[(params.base + i) % params.channels]; }
fn bias_at(i: u32) -> real { return bias[(params.base + i) % params.channels]; }
