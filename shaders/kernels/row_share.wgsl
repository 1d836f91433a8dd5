// A thread's share of a row, which it reads once and keeps, or reads again for every step. The columns of a row are neighbours
// or, strided, as far apart as the layout's inner elements are many. Joined with it: input_at (x).
override groups: u32 = 1;        // groups of LANES elements that a thread keeps
override streams: bool = false;  // a thread keeps none, and reads its share again for every step
override strided: bool = false;  // a row's columns lie params.channels elements apart

const KEPT = 16u / LANES;        // the most of them

// A thread's share of a row's slab: the groups first, first + team_step(), … before end.
struct Place { thread: u32, first: u32, end: u32, row: u32, slab: u32 }

fn stride() -> u32 {
  if (strided) { return params.channels; }
  return 1u;
}

fn team_step() -> u32 { return team * stride(); }

fn row_start_of(row: u32) -> u32 {
  if (!strided) { return params.first + row * params.inner; }
  let outer = row / params.channels;
  return params.first + outer * (params.inner - 1u) * params.channels + row;
}

// Where group i is: the row of the dispatch, and the group in its row.
struct Cell { row: u32, column: u32 }

fn cell_of(i: u32) -> Cell {
  let place = i - params.first;
  let row = place / params.inner;
  if (!strided) { return Cell(row, place - row * params.inner); }
  let outer = row / params.channels;
  let rest = place - outer * params.inner * params.channels;
  let column = rest / params.channels;
  return Cell(outer * params.channels + (rest - column * params.channels), column);
}

fn place_of(invocation: Invocation) -> Place {
  let thread = thread_of(invocation);
  let task = task_of(invocation, thread);
  let row = task / params.slabs;
  let slab = task - row * params.slabs;
  let row_start = row_start_of(row);
  let start = slab * params.width;
  let end = select(0u, row_start + min(start + params.width, params.inner) * stride(), row < params.count);
  return Place(thread, row_start + (start + thread % team) * stride(), end, row, slab);
}

// Reads the thread's share of x. Returns the key of the slab's maximum; what lies outside the slab is -∞.
fn read_x(place: Place, kept: ptr<function, array<Logit, KEPT>>) -> i32 {
  var key = ints(-INFINITE_KEY);
  if (streams) {
    for (var i = place.first; i < place.end; i += team_step()) { key = max(key, key_of(number_of(input_at(i)))); }
    return team_key(place.thread, folded_key(key));
  }
  for (var k = 0u; k < groups; k++) {
    let i = place.first + k * team_step();
    var value = logit_of(bitcast<real>(bits(0xff800000u | params.zero)));
    if (i < place.end) { value = input_at(i); }
    key = max(key, key_of(number_of(value)));
    (*kept)[k] = value;
  }
  return team_key(place.thread, folded_key(key));
}

fn write_note(place: Place, note: vec4<u32>) {
  if ((place.thread % team != 0u) || (place.row >= params.count)) { return; }
  partial[2u * params.count + place.row * params.slabs + place.slab] = note;
}
