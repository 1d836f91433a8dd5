// The gradient of a learned parameter from the partial sums of gradients.wgsl: the sum numbered params.first of params.count.
@group(0) @binding(6) var<storage, read> partial: array<f32>;
@group(0) @binding(7) var<storage, read_write> sums: array<f32>;

alias Total = Sum;

fn add_partial(sum: Sum, slab: u32, column: u32) -> Sum {
  let width = params.channels * params.inner;
  let i = 2u * (slab * params.count + params.first) * width + column;
  return merge(sum, Sum(partial[i], partial[i + width]));
}

fn workgroup_total(lane: u32, own: Sum) -> Sum { return workgroup_sum(lane, own); }

// The low part of an infinite or NaN sum means nothing.
fn rounded(sum: Sum) -> f32 {
  return select(sum.high + sum.low, sum.high, (bitcast<u32>(sum.high) & 0x7f800000u) == 0x7f800000u);
}

fn write_total(channel: u32, sum: Sum) {
  if (accumulate) { sums[channel] += rounded(sum); } else { sums[channel] = rounded(sum); }
}
