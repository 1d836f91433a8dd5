// Of which columns a row sees: those up to its number in its block of params.last_row rows plus params.half. The others count
// as -∞. params.base is the number in its block of the first row of the dispatch.

// Which lanes of group i are seen, and whether its row sees any column.
struct Sight { seen: logic, any: bool }

fn sight_of(i: u32) -> Sight {
  let cell = cell_of(i);
  let last = i32(min((params.base + cell.row) % params.last_row, 0x3fffffffu)) + bitcast<i32>(params.half);
  return Sight(lane_columns(cell.column) <= ints(last), last >= 0);
}

fn input_seen(i: u32, x_i: real) -> real { return select(minus_infinity(), x_i, sight_of(i).seen); }

fn seen_at(i: u32) -> logic { return sight_of(i).seen; }

fn slope_seen(i: u32, kept: Logit) -> real {
  return select(real(0.0), upstream(i), sight_of(i).seen & !is_hidden(kept));
}

// y of an element from that of its row: of one that is not seen what -∞ gives, of an empty row 0.
fn seen_value(i: u32, kept: Logit, row: Row, value: real) -> real {
  let special = bits(row.special & ~EMPTY);
  let known = select(bitcast<real>(bitcast<bits>(value) | special), real(0.0), row.special == EMPTY);
  let sight = sight_of(i);
  // an empty row has one value everywhere
  let any = sight.any & ((row.special & EMPTY) != EMPTY);
  return select(known, hidden_value(), (!sight.seen | is_hidden(kept)) & logic(any));
}

fn seen_gradient(i: u32, row: Row, kept: Logit, gradient: real) -> real {
  return select(real(0.0), gradient, sight_of(i).seen & !is_hidden(kept) & logic(row.special != EMPTY));
}
