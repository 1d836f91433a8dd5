// A value per channel; the lanes of a group lie in the same channel. Joined with it: the learned tensors.
alias channel_value = f32;
// 0 of a tensor of one value for all channels
override learned_0_step: u32 = 1;
override learned_1_step: u32 = 1;
override learned_2_step: u32 = 1;
override bias_step: u32 = 1;
fn channel_of(i: u32) -> u32 { return ((params.base + i) / params.inner) % params.channels; }
fn learned_0_at(i: u32) -> real { return real(learned_0[channel_of(i) * learned_0_step]); }
fn learned_1_at(i: u32) -> real { return real(learned_1[channel_of(i) * learned_1_step]); }
fn learned_2_at(i: u32) -> real { return real(learned_2[channel_of(i) * learned_2_step]); }
fn bias_at(i: u32) -> real { return real(bias[channel_of(i) * bias_step]); }
