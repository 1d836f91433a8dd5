// The elements of x are gate and up by turns, in this order or the other. Joined with it: source (reads x), keep_dx.
override gate_first: bool = true;

fn gate_at(i: u32) -> real { return source(2u * i + select(1u, 0u, gate_first)); }
fn up_at(i: u32) -> real { return source(2u * i + select(0u, 1u, gate_first)); }

fn write_gradients(i: u32, d_gate: real, d_up: real) {
  keep_dx(2u * i + select(1u, 0u, gate_first), d_gate);
  keep_dx(2u * i + select(0u, 1u, gate_first), d_up);
}
