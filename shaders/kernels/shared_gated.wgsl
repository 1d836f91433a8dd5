// Where gate and up are tensors of their own: what shared.wgsl lacks for them.
@group(0) @binding(9) var<storage, read_write> dGate: array<atomic<u32>>;
@group(0) @binding(10) var<storage, read_write> dUp: array<atomic<u32>>;

fn load_gate(i: u32) -> real { return decode(half_of(gate[i / 2u], i)); }
fn load_up(i: u32) -> real { return decode(half_of(up[i / 2u], i)); }
fn load_dGate(i: u32) -> real { return decode(half_of(atomicLoad(&dGate[i / 2u]), i)); }
fn load_dUp(i: u32) -> real { return decode(half_of(atomicLoad(&dUp[i / 2u]), i)); }

fn store_dGate(i: u32, value: real) { atomicXor(&dGate[i / 2u], flips(atomicLoad(&dGate[i / 2u]), i, encode(value))); }
fn store_dUp(i: u32, value: real) { atomicXor(&dUp[i / 2u], flips(atomicLoad(&dUp[i / 2u]), i, encode(value))); }
