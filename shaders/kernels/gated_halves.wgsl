// gate and up are the two halves of each row of x, in this order or the other. Joined with it: keep_dx.
override gate_first: bool = true;

// y has rows of params.half groups, x of twice as many
fn first_half(i: u32) -> u32 { return i + (i / params.half) * params.half; }
fn gate_group(i: u32) -> u32 { return first_half(i) + select(params.half, 0u, gate_first); }
fn up_group(i: u32) -> u32 { return first_half(i) + select(0u, params.half, gate_first); }

fn write_gradients(i: u32, d_gate: real, d_up: real) {
  keep_dx(gate_group(i), d_gate);
  keep_dx(up_group(i), d_up);
}
