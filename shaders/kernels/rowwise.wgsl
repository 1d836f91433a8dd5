// Functions of rows over [outer, columns, inner], forward and backward. A team of threads handles a row and keeps
// it in registers between its reductions, so that memory is read and written once, or streams it through them. A row too
// long for one workgroup is cut into slabs: forward_partial and backward_partial reduce each slab, rowwise_combine.wgsl joins a
// row's slabs, and forward_write and backward_write finish the elements. Sums are compensated and their order depends on the shape alone.
// Joined with it: the tensors; row_exponentials.wgsl; row_single.wgsl with row_plain.wgsl or row_scaled.wgsl, or row_logits.wgsl;
// row_whole.wgsl or row_seen.wgsl (what a row sees of its columns); known_row (what is known of a row with its sink, if any), saved_row
// (what is known of it before), keep_term (what it adds to the sink's gradient) and keep_log_sum_exp;
// source and upstream (where x or the saved y, and dy, are read); keep_dx; and the function's row_value, row_factor (what its
// gradient sums, times dy), row_gradient.
override from_x: bool = false;     // backward computes y from x, as forward does, instead of reading it
override from_log: bool = false;   // backward computes y from x and the saved ln Σe^logit
override waits: bool = false;      // exponentials wait in y for their sum: a float32 y whose row a thread has to itself

// y of what a row does not see
fn hidden_value() -> real { return select(real(0.0), minus_infinity(), IS_LOGARITHM); }

// y from what sum_exponentials kept
fn value_of(i: u32, kept: Logit, row: Row) -> real {
  let value = row_value(kept, row.maximum, vec2<f32>(row.high, row.low));
  return seen_value(i, kept, row, value);
}

// y from x
fn value_at(i: u32, row: Row, origin: Origin) -> Logit {
  let x_i = input_at(i);
  let value = value_of(i, row_kept(x_i, row_exponential(x_i, origin)), row);
  if (!from_log) { return with_number(x_i, value); }
  // what the saved logarithm was rounded by is in the exponent: y is no larger than it can be
  let most = real(select(1.0, 0.0, IS_LOGARITHM));
  return with_number(x_i, select(value, most, value > most));
}

struct TotalPair { first: Total, second: Total }

fn team_totals(thread: u32, sums: Pair) -> TotalPair {
  let first = team_total(thread, folded_sum(sums.first));
  if (team > 1u) { workgroupBarrier(); }  // before the memory of that sum serves the next
  return TotalPair(first, team_total(thread, folded_sum(sums.second)));
}

fn write_gradient(i: u32, row: Row, saved: Logit, dy_i: real, total: vec4<f32>) {
  keep_dx(i, seen_gradient(i, row, saved, row_scaled(row_gradient(number_of(saved), dy_i, total), saved)));
}

fn keep_log(place: Place, known: Known) {
  if ((place.thread % team != 0u) || (place.slab != 0u) || (place.row >= params.count)) { return; }
  keep_log_sum_exp(params.first_row + place.row, known.log_sum_exp);
}

// What the dispatches before found out of a row that is cut; nothing where backward reads y.
fn joined_row(place: Place) -> Known {
  if (from_x) { return known_row(place.row, combined_row(place.row)); }
  if (from_log) { return saved_row(place.row); }
  return Known();
}

// The y of a backward pass
fn saved_at(i: u32, row: Row, origin: Origin) -> Logit {
  if (from_x | from_log) { return value_at(i, row, origin); }
  return saved_logit(i, source(i));
}

// Σe^(x-m) of exponentials that wait
fn sum_waiting(place: Place, key: i32) -> Total {
  let origin = origin_of(value_of_key(key));
  var sum = sum_begun();
  for (var i = place.first; i < place.end; i += team_step()) {
    let exponential = row_exponential(input_at(i), origin);
    sum = add_smaller(sum, exponential);
    store_y(i, exponential);
  }
  return team_total(place.thread, folded_sum(sum_ended(sum)));
}

fn write_values(place: Place, row: Row) {
  let origin = origin_of(row.maximum);
  for (var i = place.first; i < place.end; i += team_step()) {
    if (waits) { store_y(i, value_of(i, logit_of(load_y(i)), row)); } else { store_y(i, number_of(value_at(i, row, origin))); }
  }
}

fn sum_terms(place: Place, row: Row) -> TotalPair {
  let origin = origin_of(row.maximum);
  var sums: Pair;
  for (var i = place.first; i < place.end; i += team_step()) {
    let saved = saved_at(i, row, origin);
    sums = add_usual(sums, slope_seen(i, saved), row_factor(number_of(saved)));
  }
  var again = place.end;
  if (is_overflown(sums)) {
    again = place.first;
    sums = Pair();
  }
  for (var i = again; i < place.end; i += team_step()) {
    let saved = saved_at(i, row, origin);
    sums = add_product(sums, slope_seen(i, saved), row_factor(number_of(saved)));
  }
  return team_totals(place.thread, sums);
}

fn write_gradients(place: Place, row: Row, total: vec4<f32>) {
  let origin = origin_of(row.maximum);
  for (var i = place.first; i < place.end; i += team_step()) {
    let saved = saved_at(i, row, origin);
    write_gradient(i, row, saved, slope_seen(i, saved), total);
  }
}

@compute @workgroup_size(workgroup_size)
fn forward(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<Logit, KEPT>;
  let key = read_x(place, &kept);
  var sum: Total;
  if (waits) { sum = sum_waiting(place, key); } else { sum = sum_exponentials(place, key, &kept); }
  let known = known_row(place.row, row_of(key, sum));
  keep_log(place, known);
  let row = known.row;
  if (streams) {
    write_values(place, row);
    return;
  }
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team_step();
    if (i < place.end) { store_y(i, value_of(i, kept[k], row)); }
  }
}

@compute @workgroup_size(workgroup_size)
fn backward(invocation: Invocation) {
  let place = place_of(invocation);
  var saved: array<Logit, KEPT>;
  var known: Known;
  if (from_x) {
    let key = read_x(place, &saved);
    known = known_row(place.row, row_of(key, sum_exponentials(place, key, &saved)));
    if (team > 1u) { workgroupBarrier(); }
  }
  if (from_log) { known = saved_row(place.row); }
  let row = known.row;
  if (streams) {
    let totals = sum_terms(place, row);
    let streamed = row_total(totals.first, totals.second);
    keep_term(place, known.share, streamed);
    write_gradients(place, row, streamed);
    return;
  }
  let origin = origin_of(row.maximum);
  var kept: array<real, KEPT>;
  var sums: Pair;
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team_step();
    if (i < place.end) {
      if (from_x) { saved[k] = with_number(saved[k], value_of(i, saved[k], row)); } else { saved[k] = saved_at(i, row, origin); }
      kept[k] = slope_seen(i, saved[k]);
      sums = add_usual(sums, kept[k], row_factor(number_of(saved[k])));
    }
  }
  if (is_overflown(sums)) {
    sums = Pair();
    for (var k = 0u; k < groups; k++) {
      if (place.first + k * team_step() < place.end) { sums = add_product(sums, kept[k], row_factor(number_of(saved[k]))); }
    }
  }
  let totals = team_totals(place.thread, sums);
  let total = row_total(totals.first, totals.second);
  keep_term(place, known.share, total);
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team_step();
    if (i < place.end) { write_gradient(i, row, saved[k], kept[k], total); }
  }
}

@compute @workgroup_size(workgroup_size)
fn forward_write(invocation: Invocation) {
  let place = place_of(invocation);
  let known = known_row(place.row, combined_row(place.row));
  keep_log(place, known);
  write_values(place, known.row);
}

@compute @workgroup_size(workgroup_size)
fn backward_partial(invocation: Invocation) {
  let place = place_of(invocation);
  let totals = sum_terms(place, joined_row(place).row);
  let found = vec4<f32>(totals.first.high, totals.first.low, totals.second.high, totals.second.low);
  write_note(place, bitcast<vec4<u32>>(found));
}

@compute @workgroup_size(workgroup_size)
fn backward_write(invocation: Invocation) {
  let place = place_of(invocation);
  let known = joined_row(place);
  let total = bitcast<vec4<f32>>(partial[params.count + place.row]);
  keep_term(place, known.share, total);
  write_gradients(place, known.row, total);
}
