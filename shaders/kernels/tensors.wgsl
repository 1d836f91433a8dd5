// The tensors of a pass, a group of LANES elements at a time. Joined with it: those it reads, stored, decode, encode.
@group(0) @binding(1) var<storage, read_write> y: array<stored>;
@group(0) @binding(3) var<storage, read_write> dx: array<stored>;

fn load_x(i: u32) -> real { return decode(x[i]); }
fn load_y(i: u32) -> real { return decode(y[i]); }
fn load_dy(i: u32) -> real { return decode(dy[i]); }
fn load_dx(i: u32) -> real { return decode(dx[i]); }

fn store_y(i: u32, value: real) { y[i] = encode(value); }
fn store_dx(i: u32, value: real) { dx[i] = encode(value); }
