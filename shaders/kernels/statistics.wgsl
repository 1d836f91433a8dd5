// Everything one read of a tensor tells about each channel, one element at a time. Float sums leave partial results for
// reduce_statistics.wgsl; integers are added, and extremes found, by atomics, whose result does not depend on their order.
// Joined with it: derivative_at.
@group(0) @binding(0) var<storage, read> x: array<stored>;
@group(0) @binding(6) var<storage, read_write> partial: array<u32>;  // [slabs, MOMENTS_WORDS, width]
@group(0) @binding(11) var<storage, read_write> statistics: array<atomic<u32>>;
@group(0) @binding(12) var<storage, read> settings: Settings;

// With the sums' 1 KiB, within the 16 KiB that every device has.
var<workgroup> histogram: array<atomic<u32>, 2816>;  // [bins + 2, replicas]
var<workgroup> record: array<atomic<u32>, MEAN>;

// lowest and highest are integers that fall and rise with x; none of a finite x is 0
struct Totals {
  moments: Moments,
  nans: u32, infinities: u32, zeros: u32, negatives: u32, saturated: u32,
  lowest: u32, highest: u32,
}

// 0 below the range, bins + 1 above it. The estimate is less than one bin off; the edges decide.
fn bin_of(value: f32, rank: i32) -> u32 {
  let bins = settings.bins;
  if (rank < settings.edges[0]) { return 0u; }
  if (rank > settings.edges[bins]) { return bins + 1u; }
  let bin = min(u32((value - settings.low) * settings.scale), bins - 1u);
  let is_lower = rank < settings.edges[bin];
  let is_higher = (bin + 1u < bins) && (rank >= settings.edges[bin + 1u]);
  return bin + 1u + u32(is_higher) - u32(is_lower);
}

fn visit_group(i: u32, lane: u32, totals: Totals) -> Totals {
  let value = decode(x[i]);
  let size = bitcast<u32>(value) & 0x7fffffffu;
  let is_finite = size < 0x7f800000u;
  let is_nan = size > 0x7f800000u;
  let is_zero = size == 0u;
  let rank = order(value);
  // zeros, of which activations have many, are counted alone and join their bin at the end
  if (is_finite && !is_zero) {
    atomicAdd(&histogram[bin_of(value, rank) * settings.replicas + lane % settings.replicas], 1u);
  }
  let slope = bitcast<u32>(derivative_at(value, i)) & 0x7fffffffu;
  let high = bitcast<u32>(rank) ^ 0x80000000u;
  return Totals(
    add_value(totals.moments, value, is_finite),
    totals.nans + u32(is_nan),
    totals.infinities + u32(size == 0x7f800000u),
    totals.zeros + u32(is_zero),
    totals.negatives + u32(is_negative(value)),
    totals.saturated + u32((slope < settings.threshold) && !is_nan),
    max(totals.lowest, select(0u, ~high, is_finite)),
    max(totals.highest, select(0u, high, is_finite)),
  );
}

fn write_moments(slab: u32, column: u32, moments: Moments) {
  let i = (params.slab + slab) * MOMENTS_WORDS * params.width + column;
  partial[i] = bitcast<u32>(moments.pivot);
  partial[i + params.width] = moments.n;
  partial[i + 2u * params.width] = bitcast<u32>(moments.first.high);
  partial[i + 3u * params.width] = bitcast<u32>(moments.first.low);
  partial[i + 4u * params.width] = bitcast<u32>(moments.second.high);
  partial[i + 5u * params.width] = bitcast<u32>(moments.second.low);
}

fn record_of(channel: u32) -> u32 { return HEADER + channel * (HISTOGRAM + settings.bins + 2u); }

fn add_word(word: u32, value: u32) {
  if (value > 0u) { atomicAdd(&statistics[word], value); }
}

// The counts of a workgroup's threads meet in `record`: they are one channel's.
fn finish_row(lane: u32, slab: u32, channel: u32, totals: Totals) {
  atomicAdd(&record[NANS], totals.nans);
  atomicAdd(&record[INFINITIES], totals.infinities);
  atomicAdd(&record[ZEROS], totals.zeros);
  atomicAdd(&record[NEGATIVES], totals.negatives);
  atomicAdd(&record[SATURATED], totals.saturated);
  atomicMax(&record[MINIMUM], totals.lowest);
  atomicMax(&record[MAXIMUM], totals.highest);
  let moments = workgroup_moments(lane, totals.moments);
  if (lane == 0u) { write_moments(slab, channel, moments); }
  let first = record_of(channel);
  if (lane < MINIMUM) { add_word(first + lane, atomicLoad(&record[lane])); }
  if (lane == MINIMUM || lane == MAXIMUM) { atomicMax(&statistics[first + lane], atomicLoad(&record[lane])); }
  if (lane == 0u) { add_word(first + HISTOGRAM + settings.zero_bin, atomicLoad(&record[ZEROS])); }
  for (var bin = lane; bin < settings.bins + 2u; bin += workgroup_size) {
    var sum = 0u;
    for (var k = 0u; k < settings.replicas; k++) { sum += atomicLoad(&histogram[bin * settings.replicas + k]); }
    add_word(first + HISTOGRAM + bin, sum);
  }
}

// A workgroup has as many threads as replicas: each copy of the histogram is one thread's own.
fn finish_column(lane: u32, slab: u32, column: u32, totals: Totals) {
  write_moments(slab, column, totals.moments);
  let first = record_of(column / params.inner);
  add_word(first + NANS, totals.nans);
  add_word(first + INFINITIES, totals.infinities);
  add_word(first + ZEROS, totals.zeros);
  add_word(first + NEGATIVES, totals.negatives);
  add_word(first + SATURATED, totals.saturated);
  atomicMax(&statistics[first + MINIMUM], totals.lowest);
  atomicMax(&statistics[first + MAXIMUM], totals.highest);
  add_word(first + HISTOGRAM + settings.zero_bin, totals.zeros);
  for (var bin = 0u; bin < settings.bins + 2u; bin++) {
    add_word(first + HISTOGRAM + bin, atomicLoad(&histogram[bin * settings.replicas + lane]));
  }
}
