// reduce_workgroup.wgsl with its nearest exchanges by subgroup shuffles: the same sums in the same order.
override workgroup_size: u32 = 128;
override team: u32 = 1;            // threads that share a row; a power of two, neighbours
override subgroup_lanes: u32 = 4;  // the fewest invocations that the device puts into a subgroup
override exchanged: u32 = 2u * workgroup_size;

struct Invocation {
  @builtin(workgroup_id) group_id: vec3<u32>,
  @builtin(num_workgroups) group_count: vec3<u32>,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_size) subgroup_size: u32,
  @builtin(subgroup_invocation_id) index: u32,
}

var<workgroup> keys: array<i32, exchanged>;
var<workgroup> highs: array<f32, exchanged>;
var<workgroup> lows: array<f32, exchanged>;

// How local_invocation_index falls into subgroups is not specified; counted so, a subgroup's threads are neighbours.
fn thread_of(invocation: Invocation) -> u32 {
  return invocation.subgroup * invocation.subgroup_size + invocation.index;
}

fn team_key(thread: u32, own: i32) -> i32 {
  var key = own;
  for (var distance = 1u; distance < min(team, subgroup_lanes); distance *= 2u) {
    key = max(key, subgroupShuffleXor(key, distance));
  }
  var half = 0u;
  for (var distance = subgroup_lanes; distance < team; distance *= 2u) {
    keys[half + thread] = key;
    workgroupBarrier();
    key = max(key, keys[half + (thread ^ distance)]);
    half = workgroup_size - half;
  }
  return key;
}

fn team_total(thread: u32, own: Total) -> Total {
  var total = own;
  for (var distance = 1u; distance < min(team, subgroup_lanes); distance *= 2u) {
    let partner = Total(subgroupShuffleXor(total.high, distance), subgroupShuffleXor(total.low, distance));
    total = total_sum(total, partner);
  }
  var half = 0u;
  for (var distance = subgroup_lanes; distance < team; distance *= 2u) {
    highs[half + thread] = total.high;
    lows[half + thread] = total.low;
    workgroupBarrier();
    let partner = half + (thread ^ distance);
    total = total_sum(total, Total(highs[partner], lows[partner]));
    half = workgroup_size - half;
  }
  return total;
}
