// A channel's mean, variance, minimum and maximum, from the partial results and the integers of statistics.wgsl.
@group(0) @binding(6) var<storage, read> partial: array<u32>;
@group(0) @binding(11) var<storage, read_write> statistics: array<u32>;

const NOT_A_NUMBER = 0x7fc00000u;
const INFINITE = 0x7f800000u;

fn add_partial(slab: u32, column: u32) {
  let width = params.channels * params.inner;
  let i = slab * MOMENTS_WORDS * width + column;
  let first = Sum(bitcast<f32>(partial[i + 3u * width]), bitcast<f32>(partial[i + 4u * width]));
  let second = Sum(bitcast<f32>(partial[i + 5u * width]), bitcast<f32>(partial[i + 6u * width]));
  let range = partial[i + 2u * width];
  add_moments(Moments(bitcast<f32>(partial[i]), partial[i + width], range, Pair(first, second)));
}

fn join_threads(lane: u32) { join_moments(lane); }

// The float of an integer that rises with it, as order() gave it.
fn float_of(rank: u32) -> u32 {
  return select(0x80000000u - rank, rank & 0x7fffffffu, rank >= 0x80000000u) | select(0x80000000u, 0u, rank >= 0x80000000u);
}

fn is_finite(sum: Sum) -> bool { return magnitude(sum.high) < i32(INFINITE); }

fn write_total(channel: u32) {
  let record = HEADER + channel * record_words(statistics[1]);  // the header's bins
  let n = statistics[record + COUNT] - statistics[record + NANS] - statistics[record + INFINITIES];
  if (n == 0u) {
    for (var word = MINIMUM; word < HISTOGRAM; word++) { statistics[record + word] = NOT_A_NUMBER; }
    return;
  }
  statistics[record + MINIMUM] = float_of(~statistics[record + MINIMUM]);
  statistics[record + MAXIMUM] = float_of(statistics[record + MAXIMUM]);
  let unit = scale_of(2u - moments.range);  // the inverse of the range's own
  let first = normalized(moments.sums.first);
  let distance = over(first, exact(n));
  let mean = normalized(merge(Sum(moments.pivot, 0.0), distance));
  statistics[record + MEAN] = bitcast<u32>(mean.high * unit);
  statistics[record + MEAN + 1u] = bitcast<u32>(mean.low * unit);
  let spread = times(first, distance);
  let scaled = over(normalized(merge(moments.sums.second, Sum(-spread.high, -spread.low))), exact(n));
  let is_known = is_finite(moments.sums.second) && is_finite(spread);
  // equal values leave what rounding left
  let is_positive = is_known && scaled.high > 0.0;
  let variance = Sum(barrier(scaled.high * unit) * unit, barrier(scaled.low * unit) * unit);
  if (is_known && is_finite(variance)) {
    statistics[record + VARIANCE] = select(0u, bitcast<u32>(variance.high), is_positive);
    statistics[record + VARIANCE + 1u] = select(0u, bitcast<u32>(variance.low), is_positive);
  } else {
    statistics[record + VARIANCE] = INFINITE;
    statistics[record + VARIANCE + 1u] = select(INFINITE, bitcast<u32>(scaled.high), is_known);
  }
}
