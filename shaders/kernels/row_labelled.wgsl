// Of a value of x and of the column that a row's label names. params.half is the label of rows that are ignored, whose value
// and gradient are 0. A label that names no column makes both NaN. Joined with it: row_value.wgsl, keep_log_sum_exp, and the
// function's row_result, row_slope.
override smooths: bool = false;  // the value is of the mean of the row too

const NO_LABEL: i32 = -1;  // of an ignored row

fn column_count() -> u32 { return params.inner * LANES; }

// m - x in two floats, but where that is infinite
fn below_maximum(x: real, maximum: f32) -> Sum {
  let difference = maximum - x;
  let low = two_sum_error(real(maximum), -x, difference);
  return Sum(difference, select(low, real(0.0), magnitude(difference) == ints(INFINITE_KEY)));
}

// Σ(m - x)·2^-32, so that neither a term nor the sum is too large
fn rest_of(place: Place, row: Row, kept: ptr<function, array<real, KEPT>>) -> Total {
  var sum: Sum;
  if (!smooths) { return Total(); }
  for (var k = 0u; streams || (k < groups); k++) {
    let i = place.first + k * team_step();
    if (i >= place.end) { break; }
    var x_i: real;
    if (streams) { x_i = input_at(i); } else { x_i = (*kept)[k]; }
    sum = add(sum, row.maximum * 0x1p-32 - x_i * 0x1p-32);
  }
  if (team > 1u) { workgroupBarrier(); }  // before the memory of Σe^(x-m) serves again
  return total_normal(team_total(place.thread, folded_sum(sum)));
}

fn combined_rest(row: u32) -> Total {
  if (!smooths) { return Total(); }
  let note = bitcast<vec2<f32>>(partial[params.count + row].xy);
  return Total(note.x, note.y);
}

@compute @workgroup_size(workgroup_size)
fn rest_partial(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  for (var k = 0u; !streams && (k < groups); k++) {
    let i = place.first + k * team_step();
    if (i < place.end) { kept[k] = input_at(i); }
  }
  let rest = rest_of(place, combined_row(place.row), &kept);
  write_note(place, vec4<u32>(bitcast<vec2<u32>>(vec2<f32>(rest.high, rest.low)), 0u, 0u));
}

@compute @workgroup_size(workgroup_size)
fn rest_combine(invocation: Invocation) {
  let thread = thread_of(invocation);
  let row = task_of(invocation, thread);
  var total: Total;
  let slabs = select(0u, params.slabs, row < params.count);
  for (var slab = thread % team; slab < slabs; slab += team) {
    let found = bitcast<vec2<f32>>(partial[2u * params.count + row * params.slabs + slab].xy);
    total = total_sum(total, Total(found.x, found.y));
  }
  total = total_normal(team_total(thread, total));
  if ((thread % team == 0u) && (row < params.count)) {
    partial[params.count + row] = vec4<u32>(bitcast<vec2<u32>>(vec2<f32>(total.high, total.low)), 0u, 0u);
  }
}

fn result_of(index: u32, row: Row, rest: Total) -> f32 {
  let log_sum_exp = log_sum_exp_of(row);
  keep_log_sum_exp(params.first_row + index, log_sum_exp);
  let label = labels[params.first_row + index];
  if (label == params.half) { return 0.0; }
  let column = min(label, column_count() - 1u);
  let x_label = input_at(row_start_of(index) + (column / LANES) * stride());
  let difference = below_maximum(x_label, row.maximum);
  let own = Total(lane_real(difference.high, column % LANES), lane_real(difference.low, column % LANES));
  let half_mean = ((rest.high + rest.low) / f32(column_count())) * 0x1p31;
  let value = row_result(logarithm_of(row), own, half_mean, log_sum_exp);
  let special = row.special | select(0u, 0x7fc00000u, column != label);
  return bitcast<f32>(bitcast<u32>(value) | special);
}

fn labelled_slope(index: u32, inverse: Total, log_sum_exp: f32, special: u32) -> RowSlope {
  let label = labels[params.first_row + index];
  let is_ignored = label == params.half;
  let is_wrong = !is_ignored && (label >= column_count());
  let column = select(select(i32(label), 0, is_wrong), NO_LABEL, is_ignored);
  let nan = select(special, 0x7fc00000u, is_wrong);
  return RowSlope(inverse, row_dy[params.first_row + index], log_sum_exp, column, nan);
}

fn slope_of(index: u32, row: Row) -> RowSlope {
  return labelled_slope(index, total_inverse(Total(row.high, row.low)), log_sum_exp_of(row), row.special);
}

fn slope_at(place: Place, i: u32, softmax: real, slope: RowSlope) -> real {
  if (slope.label == NO_LABEL) { return real(0.0); }
  let is_label = lane_columns((i - row_start_of(place.row)) / stride()) == ints(slope.label);
  let dx_i = row_slope(softmax, is_label, slope.dy, slope.log_sum_exp);
  return bitcast<real>(bitcast<bits>(dx_i) | bits(slope.special));
}

// With ln Σe^x saved, no row is read twice, however long it is.
@compute @workgroup_size(workgroup_size)
fn backward_saved(invocation: Invocation) {
  let place = place_of(invocation);
  if (place.row >= params.count) { return; }
  let saved = saved_log_sum_exp[params.first_row + place.row];
  let special = select(0u, 0x7fc00000u, (bitcast<u32>(saved) & 0x7f800000u) == 0x7f800000u);
  let slope = labelled_slope(place.row, Total(1.0, 0.0), saved, special);
  let origin = origin_of(saved);
  for (var i = place.first; i < place.end; i += team_step()) { write_slope(place, i, input_at(i), origin, slope); }
}
