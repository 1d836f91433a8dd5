// Functions that give one value a row, of its maximum and of S = Σe^(x-m); see rowwise.wgsl. Joined with it:
// row_exponentials.wgsl, whose rows here have S itself as their scale, and row_unlabelled.wgsl or row_labelled.wgsl: rest_of and
// combined_rest (what else the value is made from), result_of (the value of a row), slope_of and slope_at (its gradient).
@group(0) @binding(11) var<storage, read_write> row_y: array<f32>;

// What the gradients of a row's elements are made from: 1 / S, and the row's own numbers.
struct RowSlope { inverse: Total, dy: f32, log_sum_exp: f32, label: i32, special: u32 }

fn logarithm_of(row: Row) -> Total { return total_logarithm(Total(row.high, row.low)); }

// ±∞ and NaN are their own.
fn log_sum_exp_of(row: Row) -> f32 {
  let sum = row_offset(row.maximum, logarithm_of(row));
  return select(sum.high + sum.low, row.maximum, row.special != 0u);
}

fn write_value(row: u32, is_first: bool, known: Row, rest: Total) {
  if (is_first && (row < params.count)) { row_y[params.first_row + row] = result_of(row, known, rest); }
}

fn write_slope(place: Place, i: u32, x_i: real, origin: Origin, slope: RowSlope) {
  let exponential = row_exponential(x_i, origin);
  let dx_i = slope_at(place, i, exponential * slope.inverse.high + exponential * slope.inverse.low, slope);
  if (accumulate) { store_dx(i, load_dx(i) + dx_i); } else { store_dx(i, dx_i); }
}

fn write_slopes(place: Place, row: Row) {
  if (place.row >= params.count) { return; }
  let slope = slope_of(place.row, row);
  let origin = origin_of(row.maximum);
  for (var i = place.first; i < place.end; i += team_step()) { write_slope(place, i, input_at(i), origin, slope); }
}

@compute @workgroup_size(workgroup_size)
fn forward(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  let key = read_x(place, &kept);
  let row = row_of(key, sum_exponentials(place, key, &kept));
  let rest = rest_of(place, row, &kept);
  write_value(place.row, place.thread % team == 0u, row, rest);
}

@compute @workgroup_size(workgroup_size)
fn forward_write(invocation: Invocation) {
  let thread = thread_of(invocation);
  let row = task_of(invocation, thread);
  write_value(row, thread % team == 0u, combined_row(row), combined_rest(row));
}

@compute @workgroup_size(workgroup_size)
fn backward(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  let key = read_x(place, &kept);
  let row = row_of(key, sum_exponentials(place, key, &kept));
  if (streams) {
    write_slopes(place, row);
    return;
  }
  if (place.row >= params.count) { return; }
  let slope = slope_of(place.row, row);
  let origin = origin_of(row.maximum);
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team_step();
    if (i < place.end) { write_slope(place, i, kept[k], origin, slope); }
  }
}

@compute @workgroup_size(workgroup_size)
fn backward_write(invocation: Invocation) {
  let place = place_of(invocation);
  write_slopes(place, combined_row(place.row));
}
