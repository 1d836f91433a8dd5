// gated_interleaved_1.wgsl, four of y at a time: eight of x. Joined with it: source (reads x), keep_dx.
override gate_first: bool = true;

// those at even places of two groups, or those at odd ones
fn every_second(i: u32, is_even: bool) -> real {
  let first = source(2u * i);
  let second = source(2u * i + 1u);
  return select(real(first.yw, second.yw), real(first.xz, second.xz), is_even);
}
fn gate_at(i: u32) -> real { return every_second(i, gate_first); }
fn up_at(i: u32) -> real { return every_second(i, !gate_first); }

fn write_gradients(i: u32, d_gate: real, d_up: real) {
  let even = select(d_up, d_gate, gate_first);
  let odd = select(d_gate, d_up, gate_first);
  keep_dx(2u * i, real(even.x, odd.x, even.y, odd.y));
  keep_dx(2u * i + 1u, real(even.z, odd.z, even.w, odd.w));
}
