// A value per channel; each lane of a group may lie in another channel. Joined with it: the learned tensors.
alias channel_value = f32;
// 0 of a tensor of one value for all channels
override learned_0_step: u32 = 1;
override learned_1_step: u32 = 1;
override learned_2_step: u32 = 1;
override bias_step: u32 = 1;
fn channels_of(i: u32) -> bits {
  return ((bits((params.base + i) * 4u) + bits(0u, 1u, 2u, 3u)) / bits(params.inner)) % bits(params.channels);
}
fn learned_0_at(i: u32) -> real {
  let channel = channels_of(i) * bits(learned_0_step);
  return real(learned_0[channel.x], learned_0[channel.y], learned_0[channel.z], learned_0[channel.w]);
}
fn learned_1_at(i: u32) -> real {
  let channel = channels_of(i) * bits(learned_1_step);
  return real(learned_1[channel.x], learned_1[channel.y], learned_1[channel.z], learned_1[channel.w]);
}
fn learned_2_at(i: u32) -> real {
  let channel = channels_of(i) * bits(learned_2_step);
  return real(learned_2[channel.x], learned_2[channel.y], learned_2[channel.z], learned_2[channel.w]);
}
fn bias_at(i: u32) -> real {
  let channel = channels_of(i) * bits(bias_step);
  return real(bias[channel.x], bias[channel.y], bias[channel.z], bias[channel.w]);
}
