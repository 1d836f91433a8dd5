// A row sees all of its columns: the counterpart of row_seen.wgsl.
fn seen_at(i: u32) -> logic { return logic(true); }

fn slope_seen(i: u32, kept: Logit) -> real { return select(upstream(i), real(0.0), is_hidden(kept)); }

fn seen_value(i: u32, row: Row, value: real) -> real { return bitcast<real>(bitcast<bits>(value) | bits(row.special)); }

fn seen_gradient(i: u32, row: Row, kept: Logit, gradient: real) -> real {
  return select(gradient, real(0.0), is_hidden(kept));
}
