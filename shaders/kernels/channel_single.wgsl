// One value of each learned tensor for the whole of y. Joined with it: those.
alias channel_value = f32;
fn learned_0_at(i: u32) -> real { return real(learned_0[0]); }
fn learned_1_at(i: u32) -> real { return real(learned_1[0]); }
fn learned_2_at(i: u32) -> real { return real(learned_2[0]); }
fn bias_at(i: u32) -> real { return real(bias[0]); }
