// A row sees all of its columns: the counterpart of row_seen.wgsl.
fn seen_at(i: u32) -> logic { return logic(true); }

fn slope_seen(i: u32, kept: Logit) -> real { return select(upstream(i), real(0.0), is_hidden(kept)); }

// y of an element from that of its row: of one that the mask hides what -∞ gives, except in an empty row
fn seen_value(i: u32, kept: Logit, row: Row, value: real) -> real {
  if (!HAS_MASK) { return bitcast<real>(bitcast<bits>(value) | bits(row.special)); }
  let known = bitcast<real>(bitcast<bits>(value) | bits(row.special & ~EMPTY));
  return select(known, hidden_value(), is_hidden(kept) & logic((row.special & EMPTY) != EMPTY));
}

fn seen_gradient(i: u32, row: Row, kept: Logit, gradient: real) -> real {
  return select(gradient, real(0.0), is_hidden(kept));
}
