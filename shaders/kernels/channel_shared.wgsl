// A value per channel; the lanes of a group lie in the same channel. Joined with it: the learned tensors.
alias channel_value = f32;
override ones: u32 = 0;  // bits of the tensors that have one value for all channels
fn channel_of(i: u32, tensor: u32) -> u32 {
  return select(((params.base + i) / params.inner) % params.channels, 0u, (ones & tensor) > 0u);
}
fn learned_0_at(i: u32) -> real { return real(learned_0[channel_of(i, 1u)]); }
fn learned_1_at(i: u32) -> real { return real(learned_1[channel_of(i, 2u)]); }
fn learned_2_at(i: u32) -> real { return real(learned_2[channel_of(i, 4u)]); }
fn bias_at(i: u32) -> real { return real(bias[channel_of(i, 8u)]); }
