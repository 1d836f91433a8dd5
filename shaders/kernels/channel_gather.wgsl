// A value per channel; each lane of a group may lie in another channel.
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
fn channels_of(i: u32) -> bits {
  return ((bits((params.base + i) * 4u) + bits(0u, 1u, 2u, 3u)) / bits(params.inner)) % bits(params.channels);
}
fn weight_at(i: u32) -> real {
  let channel = channels_of(i);
  return real(weight[channel.x], weight[channel.y], weight[channel.z], weight[channel.w]);
}
fn bias_at(i: u32) -> real {
  let channel = channels_of(i);
  return real(bias[channel.x], bias[channel.y], bias[channel.z], bias[channel.w]);
}
