// Adds the partial sums of channels.wgsl, [slabs, sums, high and low, channels, inner], to one value a channel: the sum
// numbered params.first of params.count.
override workgroup_size: u32 = 128;

@group(0) @binding(6) var<storage, read> partial: array<f32>;
@group(0) @binding(7) var<storage, read_write> sums: array<f32>;

var<workgroup> highs: array<f32, workgroup_size>;
var<workgroup> lows: array<f32, workgroup_size>;

struct Sum { high: f32, low: f32 }

fn add(sum: Sum, high: f32, low: f32) -> Sum {
  let total = sum.high + high;
  return Sum(total, sum.low + low + two_sum_error(sum.high, high, total));
}

fn partial_sum(channel: u32, first: u32, stride: u32) -> Sum {
  let width = params.channels * params.inner;
  var sum: Sum;
  for (var k = first; k < params.slabs * params.inner; k += stride) {
    let slab = k / params.inner;
    let row = 2u * (slab * params.count + params.first) * width;
    let i = row + channel * params.inner + (k - slab * params.inner);
    sum = add(sum, partial[i], partial[i + width]);
  }
  return sum;
}

// The low part of an infinite or NaN sum means nothing.
fn rounded(sum: Sum) -> f32 {
  return select(sum.high + sum.low, sum.high, (bitcast<u32>(sum.high) & 0x7f800000u) == 0x7f800000u);
}

fn write_sum(channel: u32, sum: Sum) {
  if (accumulate) { sums[channel] += rounded(sum); } else { sums[channel] = rounded(sum); }
}

// A workgroup a channel: for many partial sums.
@compute @workgroup_size(workgroup_size)
fn reduce_by_row(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                 @builtin(local_invocation_index) lane: u32) {
  let channel = group_id.y * group_count.x + group_id.x;
  if (channel >= params.channels) { return; }
  var sum = partial_sum(channel, lane, workgroup_size);
  highs[lane] = sum.high;
  lows[lane] = sum.low;
  for (var half = workgroup_size / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (lane < half) {
      sum = add(sum, highs[lane + half], lows[lane + half]);
      highs[lane] = sum.high;
      lows[lane] = sum.low;
    }
  }
  if (lane == 0u) { write_sum(channel, sum); }
}

// A thread a channel: for many channels.
@compute @workgroup_size(workgroup_size)
fn reduce_by_column(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                    @builtin(local_invocation_index) lane: u32) {
  let channel = (group_id.y * group_count.x + group_id.x) * workgroup_size + lane;
  if (channel >= params.channels) { return; }
  write_sum(channel, partial_sum(channel, 0u, 1u));
}
