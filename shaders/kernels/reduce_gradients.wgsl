// The gradient of a learned parameter from the partial sums of gradients.wgsl: the sum numbered params.first of params.count.
@group(0) @binding(6) var<storage, read> partial: array<f32>;
@group(0) @binding(7) var<storage, read_write> sums: array<f32>;

var<private> sum: Sum;

fn add_partial(slab: u32, column: u32) {
  let width = params.channels * params.inner;
  let i = 2u * (slab * params.count + params.first) * width + column;
  sum = merge(sum, Sum(partial[i], partial[i + width]));
}

fn join_threads(lane: u32) { sum = workgroup_sum(lane, sum); }

// The low part of an infinite or NaN sum means nothing.
fn rounded() -> f32 {
  return select(sum.high + sum.low, sum.high, (bitcast<u32>(sum.high) & 0x7f800000u) == 0x7f800000u);
}

fn write_total(channel: u32) {
  if (accumulate) { sums[channel] += rounded(); } else { sums[channel] = rounded(); }
}
