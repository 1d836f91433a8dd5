// A value per channel; each lane of a group may lie in another channel.
@group(0) @binding(4) var<storage, read> weight: array<f32>;
fn weight_at(i: u32) -> real {
  let element = bits((params.base + i) * 4u) + bits(0u, 1u, 2u, 3u);
  let channel = (element / bits(params.inner)) % bits(params.channels);
  return real(weight[channel.x], weight[channel.y], weight[channel.z], weight[channel.w]);
}
