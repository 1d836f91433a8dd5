// What a backward pass sums in the same read of x and dy: dWeight, dBias or both. Joined with it: backward_group.
override sum_weight: bool = false;
override sum_bias: bool = false;

@group(0) @binding(6) var<storage, read_write> partial: array<real>;  // [slabs, sums, high and low, width]

var<private> weight_sum: Sum;
var<private> bias_sum: Sum;

fn visit_group(i: u32, lane: u32) {
  let terms = backward_group(i);
  if (sum_weight) { weight_sum = add(weight_sum, terms.weight); }
  if (sum_bias) { bias_sum = add(bias_sum, terms.bias); }
}

fn write_sum(slab: u32, column: u32, index: u32, sum: Sum) {
  let count = u32(sum_weight) + u32(sum_bias);
  let row = 2u * ((params.slab + slab) * count + index) * params.width + column;
  partial[row] = sum.high;
  partial[row + params.width] = sum.low;
}

fn finish_row(lane: u32, slab: u32, channel: u32) {
  if (sum_weight) {
    let sum = workgroup_sum(lane, weight_sum);
    if (lane == 0u) { write_sum(slab, channel, 0u, sum); }
  }
  if (sum_bias) {
    let sum = workgroup_sum(lane, bias_sum);
    if (lane == 0u) { write_sum(slab, channel, u32(sum_weight), sum); }
  }
}

fn finish_column(lane: u32, slab: u32, column: u32) {
  if (sum_weight) { write_sum(slab, column, 0u, weight_sum); }
  if (sum_bias) { write_sum(slab, column, u32(sum_weight), bias_sum); }
}
