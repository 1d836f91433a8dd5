// The grid of a pass without sums. Each thread handles `steps` groups, a workgroup apart so that neighbours touch
// neighbouring memory.
override workgroup_size: u32 = 128;
override steps: u32 = 1;

fn first_group(group_id: vec3<u32>, group_count: vec3<u32>, lane: u32) -> u32 {
  return params.first + (group_id.y * group_count.x + group_id.x) * workgroup_size * steps + lane;
}

@compute @workgroup_size(workgroup_size)
fn forward(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
           @builtin(local_invocation_index) lane: u32) {
  var i = first_group(group_id, group_count, lane);
  for (var step = 0u; step < steps; step++) {
    if (i < params.count) { forward_group(i); }
    i += workgroup_size;
  }
}

@compute @workgroup_size(workgroup_size)
fn backward(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
            @builtin(local_invocation_index) lane: u32) {
  var i = first_group(group_id, group_count, lane);
  for (var step = 0u; step < steps; step++) {
    if (i < params.count) { _ = backward_group(i); }
    i += workgroup_size;
  }
}
