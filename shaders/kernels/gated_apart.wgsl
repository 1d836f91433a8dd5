// gate and up are tensors of their own.
@group(0) @binding(0) var<storage, read> gate: array<stored>;
@group(0) @binding(8) var<storage, read> up: array<stored>;
@group(0) @binding(9) var<storage, read_write> dGate: array<stored>;
@group(0) @binding(10) var<storage, read_write> dUp: array<stored>;

fn gate_group(i: u32) -> u32 { return i; }
fn up_group(i: u32) -> u32 { return i; }

fn write_gradients(i: u32, d_gate: real, d_up: real) {
  if (accumulate) {
    dGate[i] = encode(decode(dGate[i]) + d_gate);
    dUp[i] = encode(decode(dUp[i]) + d_up);
  } else {
    dGate[i] = encode(d_gate);
    dUp[i] = encode(d_up);
  }
}
