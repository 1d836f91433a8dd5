// gate and up are tensors of their own. Joined with it: keep_dGate, keep_dUp.
fn gate_group(i: u32) -> u32 { return i; }
fn up_group(i: u32) -> u32 { return i; }

fn write_gradients(i: u32, d_gate: real, d_up: real) {
  keep_dGate(i, d_gate);
  keep_dUp(i, d_up);
}
