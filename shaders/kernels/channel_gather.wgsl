// A value per channel; each lane of a group may lie in another channel. Joined with it: the learned tensors.
alias channel_value = f32;
override ones: u32 = 0;  // bits of the tensors that have one value for all channels
fn channels_of(i: u32, tensor: u32) -> bits {
  if ((ones & tensor) > 0u) { return bits(0u); }
  return ((bits((params.base + i) * 4u) + bits(0u, 1u, 2u, 3u)) / bits(params.inner)) % bits(params.channels);
}
fn learned_0_at(i: u32) -> real {
  let channel = channels_of(i, 1u);
  return real(learned_0[channel.x], learned_0[channel.y], learned_0[channel.z], learned_0[channel.w]);
}
fn learned_1_at(i: u32) -> real {
  let channel = channels_of(i, 2u);
  return real(learned_1[channel.x], learned_1[channel.y], learned_1[channel.z], learned_1[channel.w]);
}
fn learned_2_at(i: u32) -> real {
  let channel = channels_of(i, 4u);
  return real(learned_2[channel.x], learned_2[channel.y], learned_2[channel.z], learned_2[channel.w]);
}
fn bias_at(i: u32) -> real {
  let channel = channels_of(i, 8u);
  return real(bias[channel.x], bias[channel.y], bias[channel.z], bias[channel.w]);
}
