// The grid that adds what the slabs of channels.wgsl left, [slabs, …, channels, inner], to one value a channel. Joined with
// it: Total, add_partial (adds what one column of one slab left), workgroup_total, write_total: reduce_gradients.wgsl or
// reduce_statistics.wgsl.
fn total_of(channel: u32, first: u32, stride: u32) -> Total {
  var total: Total;
  for (var k = first; k < params.slabs * params.inner; k += stride) {
    let slab = k / params.inner;
    total = add_partial(total, slab, channel * params.inner + (k - slab * params.inner));
  }
  return total;
}

// A workgroup a channel: for many slabs and columns.
@compute @workgroup_size(workgroup_size)
fn reduce_by_row(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                 @builtin(local_invocation_index) lane: u32) {
  let channel = group_id.y * group_count.x + group_id.x;
  if (channel >= params.channels) { return; }
  let total = workgroup_total(lane, total_of(channel, lane, workgroup_size));
  if (lane == 0u) { write_total(channel, total); }
}

// A thread a channel: for many channels.
@compute @workgroup_size(workgroup_size)
fn reduce_by_column(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                    @builtin(local_invocation_index) lane: u32) {
  let channel = (group_id.y * group_count.x + group_id.x) * workgroup_size + lane;
  if (channel >= params.channels) { return; }
  write_total(channel, total_of(channel, 0u, 1u));
}
