// The grid that adds what the slabs of channels.wgsl left, [slabs, …, channels, inner], to one value a channel. Joined with
// it: add_partial (adds what one column of one slab left to what the thread keeps), join_threads (leaves the workgroup's in
// lane 0), write_total: reduce_gradients.wgsl or reduce_statistics.wgsl.
fn add_partials(channel: u32, first: u32, stride: u32) {
  for (var k = first; k < params.slabs * params.inner; k += stride) {
    let slab = k / params.inner;
    add_partial(slab, channel * params.inner + (k - slab * params.inner));
  }
}

// A workgroup a channel: for many slabs and columns.
@compute @workgroup_size(workgroup_size)
fn reduce_by_row(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                 @builtin(local_invocation_index) lane: u32) {
  let channel = group_id.y * group_count.x + group_id.x;
  if (channel >= params.channels) { return; }
  add_partials(channel, lane, workgroup_size);
  join_threads(lane);
  if (lane == 0u) { write_total(channel); }
}

// A thread a channel: for many channels.
@compute @workgroup_size(workgroup_size)
fn reduce_by_column(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                    @builtin(local_invocation_index) lane: u32) {
  let channel = (group_id.y * group_count.x + group_id.x) * workgroup_size + lane;
  if (channel >= params.channels) { return; }
  add_partials(channel, 0u, 1u);
  write_total(channel);
}
