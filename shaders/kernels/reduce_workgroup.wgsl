// The counterpart of reduce_subgroup.wgsl where the device has no subgroups. See reduce_team.wgsl.
struct Invocation {
  @builtin(workgroup_id) group_id: vec3<u32>,
  @builtin(num_workgroups) group_count: vec3<u32>,
  @builtin(local_invocation_index) index: u32,
}

const shuffled: u32 = 1u;
fn shuffled_key(key: i32, distance: u32) -> i32 { return key; }
fn shuffled_total(total: Total, distance: u32) -> Total { return total; }

fn thread_of(invocation: Invocation) -> u32 { return invocation.index; }
