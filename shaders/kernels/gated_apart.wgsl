// gate and up are tensors of their own.
fn gate_group(i: u32) -> u32 { return i; }
fn up_group(i: u32) -> u32 { return i; }

fn write_gradients(i: u32, d_gate: real, d_up: real) {
  if (accumulate) {
    store_dGate(i, load_dGate(i) + d_gate);
    store_dUp(i, load_dUp(i) + d_up);
  } else {
    store_dGate(i, d_gate);
    store_dUp(i, d_up);
  }
}
