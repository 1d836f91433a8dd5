// Inputs and outputs are different memory.
@group(0) @binding(2) var<storage, read> dy: array<stored>;
fn source(i: u32) -> real { return decode(x[i]); }
fn upstream(i: u32) -> real { return decode(dy[i]); }
