// The grid of a pass that sums over each channel of [outer, channels, inner] in one read; reduce.wgsl adds what its slabs
// leave. Joined with it: visit_group (adds a group to what the thread keeps), begins_again and visit_group_again (a second walk
// where sums left float32's range, which costs nothing where they did not), finish_row and finish_column (leave what is kept
// in memory): gradients.wgsl, statistics.wgsl or monitor.wgsl.

// Groups outside the bound range belong to another dispatch.
fn visit(group: u32, lane: u32) {
  let i = group - params.base;
  if ((i >= params.first) && (i < params.count)) { visit_group(i, lane); }
}

fn visit_again(group: u32) {
  let i = group - params.base;
  if ((i >= params.first) && (i < params.count)) { visit_group_again(i); }
}

// A workgroup sums one slab of the bound range, which is all of one channel.
@compute @workgroup_size(workgroup_size)
fn sum_whole(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
             @builtin(local_invocation_index) lane: u32) {
  let slab = group_id.y * group_count.x + group_id.x;
  if (slab >= params.slabs) { return; }
  let share = (params.count - params.first + params.slabs - 1u) / params.slabs;
  let begin = params.first + slab * share;
  let end = min(begin + share, params.count);
  for (var i = begin + lane; i < end; i += workgroup_size) { visit_group(i, lane); }
  let again = select(end, begin + lane, begins_again());
  for (var i = again; i < end; i += workgroup_size) { visit_group_again(i); }
  finish_row(lane, slab, 0u);
}

// The group numbered k among those of a channel.
fn group_of(channel: u32, k: u32) -> u32 {
  let row = k / params.inner;
  return ((params.first_row + row) * params.channels + channel) * params.inner + (k - row * params.inner);
}

// A workgroup sums one slab of one channel: for long runs of a channel (large `inner`).
@compute @workgroup_size(workgroup_size)
fn sum_by_row(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
              @builtin(local_invocation_index) lane: u32) {
  let task = group_id.y * group_count.x + group_id.x;
  let channel = task % params.channels;
  let slab = task / params.channels;
  if (slab >= params.slabs) { return; }
  let total = (params.last_row - params.first_row) * params.inner;
  let share = (total + params.slabs - 1u) / params.slabs;
  let end = min((slab + 1u) * share, total);
  let begin = slab * share + lane;
  for (var k = begin; k < end; k += workgroup_size) { visit(group_of(channel, k), lane); }
  for (var k = select(end, begin, begins_again()); k < end; k += workgroup_size) { visit_again(group_of(channel, k)); }
  finish_row(lane, slab, channel);
}

// A thread sums one slab of one column of [outer, channels · inner]: for short runs of a channel.
@compute @workgroup_size(workgroup_size)
fn sum_by_column(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                 @builtin(local_invocation_index) lane: u32) {
  let task = (group_id.y * group_count.x + group_id.x) * workgroup_size + lane;
  let slab = task / params.width;
  let column = task % params.width;
  if (slab >= params.slabs) { return; }
  let begin = params.first_row + slab;
  for (var row = begin; row < params.last_row; row += params.slabs) { visit(row * params.width + column, lane); }
  for (var row = select(params.last_row, begin, begins_again()); row < params.last_row; row += params.slabs) {
    visit_again(row * params.width + column);
  }
  finish_column(lane, slab, column);
}
