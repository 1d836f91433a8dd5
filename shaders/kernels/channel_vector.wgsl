// A value per channel, channels last and a multiple of four: a group's values are one load. Joined with it: the learned tensors.
alias channel_value = vec4<f32>;
fn learned_0_at(i: u32) -> real { return learned_0[(params.base + i) % params.channels]; }
fn learned_1_at(i: u32) -> real { return learned_1[(params.base + i) % params.channels]; }
fn learned_2_at(i: u32) -> real { return learned_2[(params.base + i) % params.channels]; }
fn bias_at(i: u32) -> real { return bias[(params.base + i) % params.channels]; }
