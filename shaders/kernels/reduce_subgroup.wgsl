// Nearest partners exchange by subgroup shuffles: the same sums in the same order as without. See reduce_team.wgsl.
override shuffled: u32 = 4;  // the fewest invocations that the device puts into a subgroup

struct Invocation {
  @builtin(workgroup_id) group_id: vec3<u32>,
  @builtin(num_workgroups) group_count: vec3<u32>,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_size) subgroup_size: u32,
  @builtin(subgroup_invocation_id) index: u32,
}

fn shuffled_key(key: i32, distance: u32) -> i32 { return subgroupShuffleXor(key, distance); }
fn shuffled_total(total: Total, distance: u32) -> Total {
  return Total(subgroupShuffleXor(total.high, distance), subgroupShuffleXor(total.low, distance));
}

// How local_invocation_index falls into subgroups is not specified; counted so, a subgroup's threads are neighbours.
fn thread_of(invocation: Invocation) -> u32 {
  return invocation.subgroup * invocation.subgroup_size + invocation.index;
}
