// In place: y is x's memory, dx is dy's. WGSL forbids binding it twice, so it is read through the output.
fn source(i: u32) -> real { return decode(y[i]); }
fn upstream(i: u32) -> real { return decode(dx[i]); }
