// A thread's share of a row, which it reads once and keeps, or reads again for every step. The columns of a row are neighbours
// or, strided, as far apart as the layout's inner elements are many. Joined with it: input_at (x).
override groups: u32 = 1;        // groups of LANES elements that a thread keeps
override streams: bool = false;  // a thread keeps none, and reads its share again for every step
override strided: bool = false;  // a row's columns lie params.channels elements apart
override cut: bool = false;      // rows are cut into params.slabs slabs; else each is one

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
  var row = task;
  var slab = 0u;
  if (cut) {
    row = task / params.slabs;
    slab = task - row * params.slabs;
  }
  let row_start = row_start_of(row);
  let start = slab * params.width;
  let end = select(0u, row_start + min(start + params.width, params.inner) * stride(), row < params.count);
  return Place(thread, row_start + (start + thread % team) * stride(), end, row, slab);
}

// Of the bits of all numbers so far: the largest as signed integers, which is the maximum where any number is above zero; the least
// as unsigned ones, which is the maximum where all are below; the largest as unsigned ones, which shows a NaN with a minus sign.
struct Range { signed: ints, least: bits, most: bits }

fn with_x(range: Range, x: real) -> Range {
  let pattern = bitcast<bits>(x);
  return Range(max(range.signed, bitcast<ints>(x)), min(range.least, pattern), max(range.most, pattern));
}

// The key of their maximum
fn key_of_range(range: Range) -> ints {
  let negative = ints(0x80000000u - range.least);
  let key = select(range.signed, negative, range.signed < ints(0));
  let is_nan = (range.signed > ints(INFINITE_KEY)) | (range.most > bits(0xff800000u));
  return select(key, ints(0x7fffffff), is_nan);
}

fn minus_infinity() -> real { return bitcast<real>(bits(0xff800000u | params.zero)); }

// Reads the thread's share of x. Returns the key of the slab's maximum; what lies outside the slab is -∞.
fn read_x(place: Place, kept: ptr<function, array<Logit, KEPT>>) -> i32 {
  let none = bits(0xff800000u);
  var range = Range(bitcast<ints>(none), none, none);
  if (streams) {
    for (var i = place.first; i < place.end; i += team_step()) { range = with_x(range, number_of(input_at(i))); }
  } else {
    for (var k = 0u; k < groups; k++) {
      let i = place.first + k * team_step();
      var value = logit_of(minus_infinity());
      if (i < place.end) { value = input_at(i); }
      range = with_x(range, number_of(value));
      (*kept)[k] = value;
    }
  }
  return team_key(place.thread, folded_key(key_of_range(range)));
}

fn write_note(place: Place, note: vec4<u32>) {
  if ((place.thread % team != 0u) || (place.row >= params.count)) { return; }
  partial[2u * params.count + place.row * params.slabs + place.slab] = note;
}
