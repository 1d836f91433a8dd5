// The grid of a backward pass that also sums over each channel of [outer, channels, inner]: dWeight, dBias or both, in the
// same read of x and dy. Sums are compensated (a high and a low float each) and their order depends on the shape alone, so
// every run gives the same bits. Each slab of a channel leaves a partial sum; reduce.wgsl adds the slabs.
override workgroup_size: u32 = 128;
override sum_weight: bool = false;
override sum_bias: bool = false;

@group(0) @binding(6) var<storage, read_write> partial: array<real>;  // [slabs, sums, high and low, width]

struct Sum { high: real, low: real }
struct Sums { weight: Sum, bias: Sum }
var<workgroup> highs: array<real, workgroup_size>;
var<workgroup> lows: array<real, workgroup_size>;

fn add(sum: Sum, value: real) -> Sum {
  let high = sum.high + value;
  return Sum(high, sum.low + two_sum_error(sum.high, value, high));
}

// Runs a group and adds its terms; groups outside the bound range belong to another dispatch.
fn visit(group: u32, sums: Sums) -> Sums {
  let i = group - params.base;
  if ((i < params.first) || (i >= params.count)) { return sums; }
  let terms = backward_group(i);
  var result = sums;
  if (sum_weight) { result.weight = add(sums.weight, terms.weight); }
  if (sum_bias) { result.bias = add(sums.bias, terms.bias); }
  return result;
}

fn write_sum(slab: u32, column: u32, index: u32, sum: Sum) {
  let count = u32(sum_weight) + u32(sum_bias);
  let row = 2u * ((params.slab + slab) * count + index) * params.width + column;
  partial[row] = sum.high;
  partial[row + params.width] = sum.low;
}

fn workgroup_sum(lane: u32, own: Sum) -> Sum {
  var sum = own;
  workgroupBarrier();
  highs[lane] = sum.high;
  lows[lane] = sum.low;
  for (var half = workgroup_size / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (lane < half) {
      sum = add(Sum(sum.high, sum.low + lows[lane + half]), highs[lane + half]);
      highs[lane] = sum.high;
      lows[lane] = sum.low;
    }
  }
  return sum;
}

// A workgroup sums one slab of one channel: for long runs of a channel (large `inner`).
@compute @workgroup_size(workgroup_size)
fn backward_by_row(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                   @builtin(local_invocation_index) lane: u32) {
  let task = group_id.y * group_count.x + group_id.x;
  let channel = task % params.channels;
  let slab = task / params.channels;
  if (slab >= params.slabs) { return; }
  let total = (params.last_row - params.first_row) * params.inner;
  let share = (total + params.slabs - 1u) / params.slabs;
  let end = min((slab + 1u) * share, total);
  var sums: Sums;
  for (var k = slab * share + lane; k < end; k += workgroup_size) {
    let row = k / params.inner;
    let channel_row = (params.first_row + row) * params.channels + channel;
    sums = visit(channel_row * params.inner + (k - row * params.inner), sums);
  }
  if (sum_weight) {
    let sum = workgroup_sum(lane, sums.weight);
    if (lane == 0u) { write_sum(slab, channel, 0u, sum); }
  }
  if (sum_bias) {
    let sum = workgroup_sum(lane, sums.bias);
    if (lane == 0u) { write_sum(slab, channel, u32(sum_weight), sum); }
  }
}

// A thread sums one slab of one column of [outer, channels · inner]: for short runs of a channel.
@compute @workgroup_size(workgroup_size)
fn backward_by_column(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                      @builtin(local_invocation_index) lane: u32) {
  let task = (group_id.y * group_count.x + group_id.x) * workgroup_size + lane;
  let slab = task / params.width;
  let column = task % params.width;
  if (slab >= params.slabs) { return; }
  var sums: Sums;
  for (var row = params.first_row + slab; row < params.last_row; row += params.slabs) {
    sums = visit(row * params.width + column, sums);
  }
  if (sum_weight) { write_sum(slab, column, 0u, sums.weight); }
  if (sum_bias) { write_sum(slab, column, u32(sum_weight), sums.bias); }
}
