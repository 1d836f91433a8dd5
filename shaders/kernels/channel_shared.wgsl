// A value per channel; the lanes of a group lie in the same channel. Joined with it: the learned tensors.
alias channel_value = f32;
fn channel_of(i: u32) -> u32 { return ((params.base + i) / params.inner) % params.channels; }
fn learned_0_at(i: u32) -> real { return real(learned_0[channel_of(i)]); }
fn learned_1_at(i: u32) -> real { return real(learned_1[channel_of(i)]); }
fn learned_2_at(i: u32) -> real { return real(learned_2[channel_of(i)]); }
fn bias_at(i: u32) -> real { return real(bias[channel_of(i)]); }
