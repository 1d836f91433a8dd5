// Reductions over a team of threads. Partners exchange and both combine, so that every thread has the result and in the same bits:
// by a subgroup's shuffles below shuffled threads apart, else through workgroup memory, two halves of it in turn, so that a step needs
// one barrier. Joined with it: reduce_subgroup.wgsl or reduce_workgroup.wgsl.
override workgroup_size: u32 = 128;
override team: u32 = 1;  // threads that share a row; a power of two, neighbours
// one place for each of two halves and of the threads whose values are the same; named, because naga fails on an expression
// as the size of a workgroup array (gfx-rs/wgpu)
override exchanged: u32 = 2u * workgroup_size / shuffled;

var<workgroup> keys: array<i32, exchanged>;
var<workgroup> totals: array<Total, exchanged>;

fn memory_of(distance: u32) -> u32 { return select(0u, exchanged / 2u, (distance & 0xaau) != 0u); }

fn joined_key(thread: u32, key: i32, distance: u32) -> i32 {
  if (distance >= team) { return key; }
  if (distance < shuffled) { return max(key, shuffled_key(key, distance)); }
  let place = memory_of(distance) + thread / shuffled;
  if (thread % shuffled == 0u) { keys[place] = key; }
  workgroupBarrier();
  return max(key, keys[place ^ (distance / shuffled)]);
}

fn joined_total(thread: u32, total: Total, distance: u32) -> Total {
  if (distance >= team) { return total; }
  if (distance < shuffled) { return total_sum(total, shuffled_total(total, distance)); }
  let place = memory_of(distance) + thread / shuffled;
  if (thread % shuffled == 0u) { totals[place] = total; }
  workgroupBarrier();
  return total_sum(total, totals[place ^ (distance / shuffled)]);
}

// Each distance as a constant, to 256 threads: a loop would cost more than its steps.
fn team_key(thread: u32, own: i32) -> i32 {
  var key = joined_key(thread, own, 1u);
  key = joined_key(thread, key, 2u);
  key = joined_key(thread, key, 4u);
  key = joined_key(thread, key, 8u);
  key = joined_key(thread, key, 16u);
  key = joined_key(thread, key, 32u);
  key = joined_key(thread, key, 64u);
  return joined_key(thread, key, 128u);
}

fn team_total(thread: u32, own: Total) -> Total {
  var total = joined_total(thread, own, 1u);
  total = joined_total(thread, total, 2u);
  total = joined_total(thread, total, 4u);
  total = joined_total(thread, total, 8u);
  total = joined_total(thread, total, 16u);
  total = joined_total(thread, total, 32u);
  total = joined_total(thread, total, 64u);
  return joined_total(thread, total, 128u);
}
