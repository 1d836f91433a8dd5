// Backward with a learned weight: dx and, per channel, the sum of dy · ∂y/∂weight, in one read of x and dy.
// Sums are compensated (a high and a low float each) and their order depends on the shape alone, so every run gives
// the same bits. Each slab of a channel leaves a partial sum; reduce.wgsl adds the slabs.
override workgroup_size: u32 = 128;
override flat: bool = false;

@group(0) @binding(0) var<storage, read> x: array<stored>;
@group(0) @binding(1) var<storage, read_write> y: array<stored>;
@group(0) @binding(3) var<storage, read_write> dx: array<stored>;
@group(0) @binding(6) var<storage, read_write> partial: array<real>;  // [slabs, high and low, width]

struct Sum { high: real, low: real }
var<workgroup> highs: array<real, workgroup_size>;
var<workgroup> lows: array<real, workgroup_size>;

fn add(sum: Sum, value: real) -> Sum {
  let high = sum.high + value;
  return Sum(high, sum.low + two_sum_error(sum.high, value, high));
}

// Writes dx of a group and adds its term to the sum; groups outside the bound range belong to another dispatch.
fn visit(group: u32, sum: Sum) -> Sum {
  let i = group - params.base;
  if ((i < params.first) || (i >= params.count)) { return sum; }
  let input = decode(x[i]);
  let dy_i = upstream(i);
  dx[i] = encode(gradient(dy_i, derivative_at(input, i), flat));
  return add(sum, gradient(dy_i, weight_derivative(input), true));
}

fn write_partial(slab: u32, column: u32, sum: Sum) {
  let row = 2u * (params.slab + slab) * params.width + column;
  partial[row] = sum.high;
  partial[row + params.width] = sum.low;
}

// A workgroup sums one slab of one channel: for long runs of a channel (large `inner`).
@compute @workgroup_size(workgroup_size)
fn backward_by_row(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                   @builtin(local_invocation_index) lane: u32) {
  let task = group_id.y * group_count.x + group_id.x;
  let channel = task % params.channels;
  let slab = task / params.channels;
  if (slab >= params.slabs) { return; }
  let total = params.outer * params.inner;
  let share = (total + params.slabs - 1u) / params.slabs;
  let end = min((slab + 1u) * share, total);
  var sum: Sum;
  for (var k = slab * share + lane; k < end; k += workgroup_size) {
    let row = k / params.inner;
    sum = visit((row * params.channels + channel) * params.inner + (k - row * params.inner), sum);
  }
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
  if (lane == 0u) { write_partial(slab, channel, sum); }
}

// A thread sums one slab of one column of [outer, channels · inner]: for short runs of a channel.
@compute @workgroup_size(workgroup_size)
fn backward_by_column(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
                      @builtin(local_invocation_index) lane: u32) {
  let task = (group_id.y * group_count.x + group_id.x) * workgroup_size + lane;
  let slab = task / params.width;
  let column = task % params.width;
  if (slab >= params.slabs) { return; }
  var sum: Sum;
  for (var row = params.first_row + slab; row < params.last_row; row += params.slabs) {
    sum = visit(row * params.width + column, sum);
  }
  write_partial(slab, column, sum);
}
