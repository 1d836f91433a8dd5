// A channel's mean, variance, minimum and maximum, from the partial results and the integers of statistics.wgsl;
// params.width words a record.
@group(0) @binding(6) var<storage, read> partial: array<u32>;
@group(0) @binding(11) var<storage, read_write> statistics: array<u32>;

const NOT_A_NUMBER = 0x7fc00000u;
const INFINITE = 0x7f800000u;

fn add_partial(slab: u32, column: u32) {
  let width = params.channels * params.inner;
  let i = slab * MOMENTS_WORDS * width + column;
  let first = Sum(bitcast<f32>(partial[i + 2u * width]), bitcast<f32>(partial[i + 3u * width]));
  let second = Sum(bitcast<f32>(partial[i + 4u * width]), bitcast<f32>(partial[i + 5u * width]));
  add_moments(Moments(bitcast<f32>(partial[i]), partial[i + width], first, second));
}

fn join_threads(lane: u32) { join_moments(lane); }

// The float of an integer that rises with it, as order() gave it.
fn float_of(rank: u32) -> u32 {
  return select(0x80000000u - rank, rank & 0x7fffffffu, rank >= 0x80000000u) | select(0x80000000u, 0u, rank >= 0x80000000u);
}

fn is_finite_sum(sum: Sum) -> bool { return (bitcast<u32>(sum.high) & 0x7f800000u) != 0x7f800000u; }

fn write_total(channel: u32) {
  let record = HEADER + channel * params.width;
  let n = statistics[record + COUNT] - statistics[record + NANS] - statistics[record + INFINITIES];
  if (n == 0u) {
    for (var word = MINIMUM; word < HISTOGRAM; word++) { statistics[record + word] = NOT_A_NUMBER; }
    return;
  }
  statistics[record + MINIMUM] = float_of(~statistics[record + MINIMUM]);
  statistics[record + MAXIMUM] = float_of(statistics[record + MAXIMUM]);
  let first = normalized(moments.first);
  let distance = over(first, exact(n));
  let mean = normalized(merge(Sum(moments.pivot, 0.0), distance));
  let spread = times(first, distance);
  let variance = over(normalized(merge(moments.second, Sum(-spread.high, -spread.low))), exact(n));
  let has_mean = is_finite_sum(moments.first);
  let has_variance = has_mean && is_finite_sum(moments.second) && is_finite_sum(spread);
  statistics[record + MEAN] = select(NOT_A_NUMBER, bitcast<u32>(mean.high), has_mean);
  statistics[record + MEAN + 1u] = select(0u, bitcast<u32>(mean.low), has_mean);
  let positive = has_variance && variance.high > 0.0;
  statistics[record + VARIANCE] = select(select(INFINITE, 0u, has_variance), bitcast<u32>(variance.high), positive);
  statistics[record + VARIANCE + 1u] = select(0u, bitcast<u32>(variance.low), positive);
}
