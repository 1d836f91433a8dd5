// A row sees all of its columns: the counterpart of row_seen.wgsl.
fn slope_seen(i: u32) -> real { return upstream(i); }

fn seen_value(i: u32, row: Row, value: real) -> real { return bitcast<real>(bitcast<bits>(value) | bits(row.special)); }

fn seen_gradient(i: u32, row: Row, gradient: real) -> real { return gradient; }
