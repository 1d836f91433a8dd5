// gate and up are the two halves of each row of x, in this order or the other.
override gate_first: bool = true;

@group(0) @binding(0) var<storage, read> x: array<stored>;
@group(0) @binding(3) var<storage, read_write> dx: array<stored>;

// y has rows of params.half groups, x of twice as many
fn first_half(i: u32) -> u32 { return i + (i / params.half) * params.half; }
fn gate_group(i: u32) -> u32 { return first_half(i) + select(params.half, 0u, gate_first); }
fn up_group(i: u32) -> u32 { return first_half(i) + select(0u, params.half, gate_first); }

fn write_gradients(i: u32, d_gate: real, d_up: real) {
  let g = gate_group(i);
  let u = up_group(i);
  if (accumulate) {
    dx[g] = encode(decode(dx[g]) + d_gate);
    dx[u] = encode(decode(dx[u]) + d_up);
  } else {
    dx[g] = encode(d_gate);
    dx[u] = encode(d_up);
  }
}
