// Where gate and up are tensors of their own: what tensors.wgsl lacks for them.
@group(0) @binding(9) var<storage, read_write> dGate: array<stored>;
@group(0) @binding(10) var<storage, read_write> dUp: array<stored>;

fn load_gate(i: u32) -> real { return decode(gate[i]); }
fn load_up(i: u32) -> real { return decode(up[i]); }
fn load_dGate(i: u32) -> real { return decode(dGate[i]); }
fn load_dUp(i: u32) -> real { return decode(dUp[i]); }

fn store_dGate(i: u32, value: real) { dGate[i] = encode(value); }
fn store_dUp(i: u32, value: real) { dUp[i] = encode(value); }
