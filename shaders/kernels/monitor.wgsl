// Which units did anything in a batch. The record holds the batches so far, then for each unit how many batches in a row it
// was idle, then for each unit whether it was active in this batch. Joined with it: is_idle and the tensors,
// of which x is read.
@group(0) @binding(11) var<storage, read_write> record: array<atomic<u32>>;

var<private> activity: bits;

fn visit_group(i: u32, lane: u32) { activity |= select(bits(1u), bits(0u), is_idle(load_x(i), i)); }

// An activity never asks for a second walk.
fn begins_again() -> bool { return false; }
fn visit_group_again(i: u32) {}

fn mark(unit: u32, is_active: u32) {
  if (is_active > 0u) { atomicStore(&record[1u + params.channels + unit], 1u); }
}

fn finish_row(lane: u32, slab: u32, channel: u32) {
  for (var k = 0u; k < LANES; k++) { mark(channel, lane_bits(activity, k)); }
}

fn finish_column(lane: u32, slab: u32, column: u32) {
  for (var k = 0u; k < LANES; k++) { mark((column * LANES + k) / params.inner, lane_bits(activity, k)); }
}
