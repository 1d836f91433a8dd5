// The grid of a pass without sums. Each thread handles `steps` groups (1, 2 or 4), a workgroup apart so that neighbours touch
// neighbouring memory. Written out instead of looped, and left at the first group that is not there instead of stepping
// over it: on a software adapter a loop costs a third of a copy's time, and a test around each group another quarter.
override workgroup_size: u32 = 256;
override steps: u32 = 2;

fn first_group(group_id: vec3<u32>, group_count: vec3<u32>, lane: u32) -> u32 {
  return params.first + (group_id.y * group_count.x + group_id.x) * workgroup_size * steps + lane;
}

// Nothing is left to do after `done` groups of the thread whose first is i.
fn is_done(i: u32, done: u32) -> bool {
  return (done >= steps) | (i + done * workgroup_size >= params.count);
}

@compute @workgroup_size(workgroup_size)
fn forward(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
           @builtin(local_invocation_index) lane: u32) {
  let i = first_group(group_id, group_count, lane);
  if (is_done(i, 0u)) { return; }
  forward_group(i);
  if (is_done(i, 1u)) { return; }
  forward_group(i + workgroup_size);
  if (is_done(i, 2u)) { return; }
  forward_group(i + 2u * workgroup_size);
  if (is_done(i, 3u)) { return; }
  forward_group(i + 3u * workgroup_size);
}

@compute @workgroup_size(workgroup_size)
fn backward(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
            @builtin(local_invocation_index) lane: u32) {
  let i = first_group(group_id, group_count, lane);
  if (is_done(i, 0u)) { return; }
  _ = backward_group(i);
  if (is_done(i, 1u)) { return; }
  _ = backward_group(i + workgroup_size);
  if (is_done(i, 2u)) { return; }
  _ = backward_group(i + 2u * workgroup_size);
  if (is_done(i, 3u)) { return; }
  _ = backward_group(i + 3u * workgroup_size);
}
