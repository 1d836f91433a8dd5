// softmax and logSoftmax over the rows of [rows, columns], forward and backward. A team of threads handles a row and keeps
// it in registers between its reductions, so that memory is read and written once, or streams it through them. A row too
// long for one workgroup is cut into slabs: forward_partial and backward_partial reduce each slab, rowwise_combine.wgsl joins a row's slabs, and
// forward_write and backward_write finish the elements. Sums are compensated and their order depends on the shape alone.
// Joined with it: the tensors, source and upstream (where x or the saved y, and dy, are read).
override groups: u32 = 1;        // groups of LANES elements that a thread keeps
override streams: bool = false;  // a thread keeps none, and reads its share again for every step
override from_x: bool = false;   // backward computes y from x, as forward does, instead of reading it

const KEPT = 16u / LANES;        // the most of them

// A thread's share of a row's slab: the groups first, first + team, … before end.
struct Place { thread: u32, first: u32, end: u32, row: u32, slab: u32 }

fn place_of(invocation: Invocation) -> Place {
  let thread = thread_of(invocation);
  let task = task_of(invocation, thread);
  let row = task / params.slabs;
  let slab = task - row * params.slabs;
  let row_start = params.first + row * params.inner;
  let start = slab * params.width;
  let end = select(0u, row_start + min(start + params.width, params.inner), row < params.count);
  return Place(thread, row_start + start + thread % team, end, row, slab);
}

// Reads the thread's share of x. Returns the key of the slab's maximum; what lies outside the slab is -∞.
fn read_x(place: Place, kept: ptr<function, array<real, KEPT>>) -> i32 {
  var key = ints(-INFINITE_KEY);
  if (streams) {
    for (var i = place.first; i < place.end; i += team) { key = max(key, key_of(source(i))); }
    return team_key(place.thread, folded_key(key));
  }
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team;
    var value = bitcast<real>(bits(0xff800000u ^ params.zero));
    if (i < place.end) { value = source(i); }
    key = max(key, key_of(value));
    (*kept)[k] = value;
  }
  return team_key(place.thread, folded_key(key));
}

// Σe^(x-m); softmax keeps the exponentials instead of x.
fn sum_exponentials(place: Place, key: i32, kept: ptr<function, array<real, KEPT>>) -> Total {
  let maximum = value_of_key(key);
  var sum: Sum;
  if (streams) {
    for (var i = place.first; i < place.end; i += team) { sum = add(sum, exp_difference(source(i), maximum)); }
    return team_total(place.thread, folded_sum(sum));
  }
  for (var k = 0u; k < groups; k++) {
    let exponential = exp_difference((*kept)[k], maximum);
    sum = add(sum, exponential);
    if (!logarithmic) { (*kept)[k] = exponential; }
  }
  return team_total(place.thread, folded_sum(sum));
}

// y from what sum_exponentials kept
fn value_of(kept: real, row: Row) -> real {
  let scale = vec2<f32>(row.high, row.low);
  var value: real;
  if (logarithmic) { value = log_softmax(kept, row.maximum, scale); } else { value = softmax(kept, scale); }
  return bitcast<real>(bitcast<bits>(value) | bits(row.special));
}

// y from x
fn value_at(i: u32, row: Row) -> real {
  let input = source(i);
  if (logarithmic) { return value_of(input, row); }
  return value_of(exp_difference(input, row.maximum), row);
}

fn term_of(y_i: real, dy_i: real) -> real {
  if (logarithmic) { return log_softmax_term(y_i, dy_i); }
  return softmax_term(y_i, dy_i);
}

fn write_gradient(i: u32, y_i: real, dy_i: real, total: vec2<f32>) {
  var dx_i: real;
  if (logarithmic) { dx_i = log_softmax_derivative_from_y(y_i, dy_i, total); }
  else { dx_i = softmax_derivative_from_y(y_i, dy_i, total); }
  if (accumulate) { store_dx(i, load_dx(i) + dx_i); } else { store_dx(i, dx_i); }
}

// The y of a backward pass
fn saved_at(i: u32, row: Row) -> real {
  if (from_x) { return value_at(i, row); }
  return source(i);
}

fn write_values(place: Place, row: Row) {
  for (var i = place.first; i < place.end; i += team) { store_y(i, value_at(i, row)); }
}

fn sum_terms(place: Place, row: Row) -> Total {
  var sum: Sum;
  for (var i = place.first; i < place.end; i += team) { sum = add(sum, term_of(saved_at(i, row), upstream(i))); }
  return team_total(place.thread, folded_sum(sum));
}

fn write_gradients(place: Place, row: Row, total: vec2<f32>) {
  for (var i = place.first; i < place.end; i += team) { write_gradient(i, saved_at(i, row), upstream(i), total); }
}

@compute @workgroup_size(workgroup_size)
fn forward(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  let key = read_x(place, &kept);
  let row = row_of(key, sum_exponentials(place, key, &kept));
  if (streams) {
    write_values(place, row);
    return;
  }
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team;
    if (i < place.end) { store_y(i, value_of(kept[k], row)); }
  }
}

@compute @workgroup_size(workgroup_size)
fn backward(invocation: Invocation) {
  let place = place_of(invocation);
  var saved: array<real, KEPT>;
  var row: Row;
  if (from_x) {
    let key = read_x(place, &saved);
    row = row_of(key, sum_exponentials(place, key, &saved));
    workgroupBarrier();  // before the memory of that sum serves the next
  }
  if (streams) {
    let total = total_normal(sum_terms(place, row));
    write_gradients(place, row, vec2<f32>(total.high, total.low));
    return;
  }
  var kept: array<real, KEPT>;
  var sum: Sum;
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team;
    if (i < place.end) {
      if (from_x) { saved[k] = value_of(saved[k], row); } else { saved[k] = source(i); }
      kept[k] = upstream(i);
      sum = add(sum, term_of(saved[k], kept[k]));
    }
  }
  let total = total_normal(team_total(place.thread, folded_sum(sum)));
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team;
    if (i < place.end) { write_gradient(i, saved[k], kept[k], vec2<f32>(total.high, total.low)); }
  }
}

fn write_note(place: Place, key: i32, total: Total) {
  if ((place.thread % team != 0u) || (place.row >= params.count)) { return; }
  let note = vec4<u32>(bitcast<u32>(key), bitcast<u32>(total.high), bitcast<u32>(total.low), 0u);
  partial[2u * params.count + place.row * params.slabs + place.slab] = note;
}

fn combined_row(row: u32) -> Row {
  let note = partial[row];
  return Row(bitcast<f32>(note.x), bitcast<f32>(note.y), bitcast<f32>(note.z), note.w);
}

@compute @workgroup_size(workgroup_size)
fn forward_partial(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  let key = read_x(place, &kept);
  write_note(place, key, sum_exponentials(place, key, &kept));
}

@compute @workgroup_size(workgroup_size)
fn forward_write(invocation: Invocation) {
  let place = place_of(invocation);
  write_values(place, combined_row(place.row));
}

@compute @workgroup_size(workgroup_size)
fn backward_partial(invocation: Invocation) {
  let place = place_of(invocation);
  write_note(place, 0, sum_terms(place, combined_row(place.row)));
}

@compute @workgroup_size(workgroup_size)
fn backward_write(invocation: Invocation) {
  let place = place_of(invocation);
  write_gradients(place, combined_row(place.row), bitcast<vec2<f32>>(partial[params.count + place.row].yz));
}
