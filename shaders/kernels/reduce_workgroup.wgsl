// Reductions over a team of threads through workgroup memory. Partners exchange and both combine, so that every thread has
// the result and in the same bits; two halves of the memory in turn, so that a step needs one barrier.
override workgroup_size: u32 = 128;
override team: u32 = 1;  // threads that share a row; a power of two, neighbours
// named, because naga fails on an expression as the size of a workgroup array (gfx-rs/wgpu)
override exchanged: u32 = 2u * workgroup_size;

struct Invocation {
  @builtin(workgroup_id) group_id: vec3<u32>,
  @builtin(num_workgroups) group_count: vec3<u32>,
  @builtin(local_invocation_index) index: u32,
}

var<workgroup> keys: array<i32, exchanged>;
var<workgroup> highs: array<f32, exchanged>;
var<workgroup> lows: array<f32, exchanged>;

fn thread_of(invocation: Invocation) -> u32 { return invocation.index; }

fn team_key(thread: u32, own: i32) -> i32 {
  var key = own;
  var half = 0u;
  for (var distance = 1u; distance < team; distance *= 2u) {
    keys[half + thread] = key;
    workgroupBarrier();
    key = max(key, keys[half + (thread ^ distance)]);
    half = workgroup_size - half;
  }
  return key;
}

fn team_total(thread: u32, own: Total) -> Total {
  var total = own;
  var half = 0u;
  for (var distance = 1u; distance < team; distance *= 2u) {
    highs[half + thread] = total.high;
    lows[half + thread] = total.low;
    workgroupBarrier();
    let partner = half + (thread ^ distance);
    total = total_sum(total, Total(highs[partner], lows[partner]));
    half = workgroup_size - half;
  }
  return total;
}
