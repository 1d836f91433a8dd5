// Functions of rows that ask where the maximum is first. As rowwise.wgsl, with a row's first maximum in place of its sum. Joined
// with it: row_share.wgsl, source, and the function's row_value, row_gradient.

// The key of a row's maximum, and LAST_COLUMN - the first column that has it: of two columns, the larger is the first.
struct First { key: i32, place: i32 }

const LAST_COLUMN: i32 = 0x7fffffff;

// The column of each lane of group i, counted from the end.
fn place_in_row(place: Place, i: u32) -> ints {
  return LAST_COLUMN - lane_columns((i - row_start_of(place.row)) / stride());
}

fn first_of(place: Place, key: i32, kept: ptr<function, array<real, KEPT>>) -> First {
  var found = ints(-1);
  for (var k = 0u; streams || (k < groups); k++) {
    let i = place.first + k * team_step();
    if (i >= place.end) { break; }
    var x_i: real;
    if (streams) { x_i = input_at(i); } else { x_i = (*kept)[k]; }
    found = max(found, select(ints(-1), place_in_row(place, i), key_of(x_i) == ints(key)));
  }
  if (team > 1u) { workgroupBarrier(); }  // before the memory of the maximum serves again
  return First(key, team_key(place.thread, folded_key(found)));
}

fn write_firsts(place: Place, first: First) {
  let special = select(0u, 0x7fc00000u, first.key > INFINITE_KEY);
  for (var i = place.first; i < place.end; i += team_step()) {
    let value = row_value(place_in_row(place, i) == ints(first.place));
    store_y(i, bitcast<real>(bitcast<bits>(value) | bits(special)));
  }
}

@compute @workgroup_size(workgroup_size)
fn forward(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  write_firsts(place, first_of(place, read_x(place, &kept), &kept));
}

@compute @workgroup_size(workgroup_size)
fn forward_partial(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<real, KEPT>;
  let first = first_of(place, read_x(place, &kept), &kept);
  write_note(place, vec4<u32>(bitcast<vec2<u32>>(vec2<i32>(first.key, first.place)), 0u, 0u));
}

fn slab_of(row: u32, slab: u32) -> vec2<i32> {
  return bitcast<vec2<i32>>(partial[2u * params.count + row * params.slabs + slab].xy);
}

@compute @workgroup_size(workgroup_size)
fn forward_combine(invocation: Invocation) {
  let thread = thread_of(invocation);
  let row = task_of(invocation, thread);
  var key = -INFINITE_KEY;
  var found = -1;
  let slabs = select(0u, params.slabs, row < params.count);
  for (var slab = thread % team; slab < slabs; slab += team) { key = max(key, slab_of(row, slab).x); }
  key = team_key(thread, key);
  for (var slab = thread % team; slab < slabs; slab += team) {
    let own = slab_of(row, slab);
    if (own.x == key) { found = max(found, own.y); }
  }
  if (team > 1u) { workgroupBarrier(); }
  found = team_key(thread, found);
  if ((thread % team == 0u) && (row < params.count)) {
    partial[row] = vec4<u32>(bitcast<vec2<u32>>(vec2<i32>(key, found)), 0u, 0u);
  }
}

@compute @workgroup_size(workgroup_size)
fn forward_write(invocation: Invocation) {
  let place = place_of(invocation);
  let note = bitcast<vec2<i32>>(partial[place.row].xy);
  write_firsts(place, First(note.x, note.y));
}

@compute @workgroup_size(workgroup_size)
fn backward(invocation: Invocation) {
  let place = place_of(invocation);
  for (var i = place.first; i < place.end; i += team_step()) {
    let dx_i = row_gradient(source(i));
    if (accumulate) { store_dx(i, load_dx(i) + dx_i); } else { store_dx(i, dx_i); }
  }
}
