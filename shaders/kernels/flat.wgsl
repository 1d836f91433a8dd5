// The grid of a pass without sums. Each thread handles `steps` groups (1, 2 or 4), a workgroup apart so that neighbours touch
// neighbouring memory. Written out instead of looped: on a software adapter a loop costs a third of a copy's time.
override workgroup_size: u32 = 256;
override steps: u32 = 2;

fn first_group(group_id: vec3<u32>, group_count: vec3<u32>, lane: u32) -> u32 {
  return params.first + (group_id.y * group_count.x + group_id.x) * workgroup_size * steps + lane;
}

fn forward_step(i: u32) {
  if (i < params.count) { forward_group(i); }
}

@compute @workgroup_size(workgroup_size)
fn forward(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
           @builtin(local_invocation_index) lane: u32) {
  let i = first_group(group_id, group_count, lane);
  forward_step(i);
  if (steps > 1u) { forward_step(i + workgroup_size); }
  if (steps > 2u) {
    forward_step(i + 2u * workgroup_size);
    forward_step(i + 3u * workgroup_size);
  }
}

fn backward_step(i: u32) {
  if (i < params.count) { _ = backward_group(i); }
}

@compute @workgroup_size(workgroup_size)
fn backward(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
            @builtin(local_invocation_index) lane: u32) {
  let i = first_group(group_id, group_count, lane);
  backward_step(i);
  if (steps > 1u) { backward_step(i + workgroup_size); }
  if (steps > 2u) {
    backward_step(i + 2u * workgroup_size);
    backward_step(i + 3u * workgroup_size);
  }
}
