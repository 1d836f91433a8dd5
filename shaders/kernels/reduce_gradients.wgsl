// The gradient of a learned parameter from the partial sums of gradients.wgsl: the sum numbered params.first of params.count.
override parts: bool = false;  // leaves the four floats of a sum, [channels, 4], for the host to add to those of other calls

@group(0) @binding(6) var<storage, read> partial: array<f32>;
@group(0) @binding(7) var<storage, read_write> sums: array<f32>;

var<private> sum: Pair;

fn add_partial(slab: u32, column: u32) {
  let width = params.channels * params.inner;
  let i = 4u * (slab * params.count + params.first) * width + column;
  let first = Sum(partial[i], partial[i + width]);
  sum = merge_pairs(sum, Pair(first, Sum(partial[i + 2u * width], partial[i + 3u * width])));
}

fn join_threads(lane: u32) { sum = workgroup_sums(lane, sum); }

fn rounded() -> f32 {
  let small = normalized(sum.first);
  let large = normalized(sum.second);
  let high = large.high * 0x1p96;
  if (magnitude(high) >= 0x7f800000) { return high; }
  return high + (large.low * 0x1p96 + small.high * 0x1p-32);
}

fn write_total(channel: u32) {
  if (parts) {
    let i = 4u * channel;
    sums[i] = sum.first.high;
    sums[i + 1u] = sum.first.low;
    sums[i + 2u] = sum.second.high;
    sums[i + 3u] = sum.second.low;
    return;
  }
  if (accumulate) { sum = add_product(sum, sums[channel], 1.0); }
  sums[channel] = rounded();
}
