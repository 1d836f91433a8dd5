// Everything one read of a tensor tells about each channel. Float sums leave partial results for reduce_statistics.wgsl;
// integers are added, and extremes found, by atomics, whose result does not depend on their order.
// Joined with it: derivative_at.
override bins: u32 = 64;
// Copies of a workgroup's histogram, so that neighbouring threads do not wait for each other.
override replicas: u32 = 32;
override histogram_words: u32 = 2112;  // replicas · (bins + 2)

@group(0) @binding(0) var<storage, read> x: array<stored>;
@group(0) @binding(6) var<storage, read_write> partial: array<u32>;  // [slabs, MOMENTS_WORDS, width, LANES]
@group(0) @binding(11) var<storage, read_write> statistics: array<atomic<u32>>;
@group(0) @binding(12) var<storage, read> settings: Settings;

var<workgroup> histogram: array<atomic<u32>, histogram_words>;
var<workgroup> record: array<atomic<u32>, MEAN>;

// lowest and highest are integers that fall and rise with x; none of a finite x is 0
struct Totals {
  moments: Moments,
  nans: bits, infinities: bits, zeros: bits, negatives: bits, saturated: bits,
  lowest: bits, highest: bits,
}

fn one(condition: logic) -> bits { return select(bits(0u), bits(1u), condition); }

// 0 below the range, bins + 1 above it. The estimate is less than one bin off; the edges decide.
fn bin_of(value: f32, rank: i32) -> u32 {
  if (rank < settings.edges[0]) { return 0u; }
  if (rank > settings.edges[bins]) { return bins + 1u; }
  var bin = min(u32((value - settings.low) * settings.scale), bins - 1u);
  if (rank < settings.edges[bin]) { bin--; } else if (bin + 1u < bins && rank >= settings.edges[bin + 1u]) { bin++; }
  return bin + 1u;
}

fn visit_group(i: u32, lane: u32, totals: Totals) -> Totals {
  let value = decode(x[i]);
  let size = bitcast<bits>(value) & bits(0x7fffffffu);
  let is_finite = size < bits(0x7f800000u);
  let is_nan = size > bits(0x7f800000u);
  let is_zero = size == bits(0u);
  let rank = order(value);
  // zeros, of which activations have many, are counted alone and join their bin at the end
  let is_binned = one(is_finite) - one(is_zero);
  for (var k = 0u; k < LANES; k++) {
    if (lane_bits(is_binned, k) == 1u) {
      let bin = bin_of(lane_real(value, k), bitcast<i32>(lane_bits(bitcast<bits>(rank), k)));
      atomicAdd(&histogram[bin * replicas + lane % replicas], 1u);
    }
  }
  let slope = bitcast<bits>(derivative_at(value, i)) & bits(0x7fffffffu);
  let high = bitcast<bits>(rank) ^ bits(0x80000000u);
  return Totals(
    add_value(totals.moments, value, is_finite),
    totals.nans + one(is_nan),
    totals.infinities + one(size == bits(0x7f800000u)),
    totals.zeros + one(is_zero),
    totals.negatives + one(is_negative(value)),
    totals.saturated + one((slope < bits(settings.threshold)) & !is_nan),
    max(totals.lowest, select(bits(0u), ~high, is_finite)),
    max(totals.highest, select(bits(0u), high, is_finite)),
  );
}

fn write_moments(slab: u32, column: u32, k: u32, n: u32, moments: Moments) {
  let stride = params.width * LANES;
  let i = (params.slab + slab) * MOMENTS_WORDS * stride + column * LANES + k;
  partial[i] = bitcast<u32>(lane_real(moments.pivot, k));
  partial[i + stride] = n;
  partial[i + 2u * stride] = bitcast<u32>(lane_real(moments.first.high, k));
  partial[i + 3u * stride] = bitcast<u32>(lane_real(moments.first.low, k));
  partial[i + 4u * stride] = bitcast<u32>(lane_real(moments.second.high, k));
  partial[i + 5u * stride] = bitcast<u32>(lane_real(moments.second.low, k));
}

fn record_of(channel: u32) -> u32 { return HEADER + channel * (HISTOGRAM + bins + 2u); }

fn add_word(word: u32, value: u32) {
  if (value > 0u) { atomicAdd(&statistics[word], value); }
}

// Lane numbers and counts of a workgroup's threads meet in `record`, one channel's.
fn finish_row(lane: u32, slab: u32, channel: u32, totals: Totals) {
  let moments = workgroup_moments(lane, totals.moments);
  for (var k = 0u; k < LANES; k++) {
    if (lane == 0u) { write_moments(slab, channel, k, atomicLoad(&numbers[k]), moments); }
    atomicAdd(&record[NANS], lane_bits(totals.nans, k));
    atomicAdd(&record[INFINITIES], lane_bits(totals.infinities, k));
    atomicAdd(&record[ZEROS], lane_bits(totals.zeros, k));
    atomicAdd(&record[NEGATIVES], lane_bits(totals.negatives, k));
    atomicAdd(&record[SATURATED], lane_bits(totals.saturated, k));
    atomicMax(&record[MINIMUM], lane_bits(totals.lowest, k));
    atomicMax(&record[MAXIMUM], lane_bits(totals.highest, k));
  }
  workgroupBarrier();
  let first = record_of(channel);
  if (lane < MINIMUM) { add_word(first + lane, atomicLoad(&record[lane])); }
  if (lane == MINIMUM || lane == MAXIMUM) { atomicMax(&statistics[first + lane], atomicLoad(&record[lane])); }
  if (lane == 0u) { add_word(first + HISTOGRAM + settings.zero_bin, atomicLoad(&record[ZEROS])); }
  for (var bin = lane; bin < bins + 2u; bin += workgroup_size) {
    var sum = 0u;
    for (var replica = 0u; replica < replicas; replica++) { sum += atomicLoad(&histogram[bin * replicas + replica]); }
    add_word(first + HISTOGRAM + bin, sum);
  }
}

// One lane a thread, and as many threads as replicas: each copy of the histogram is one thread's own.
fn finish_column(lane: u32, slab: u32, column: u32, totals: Totals) {
  write_moments(slab, column, 0u, lane_bits(totals.moments.n, 0u), totals.moments);
  let first = record_of(column / params.inner);
  add_word(first + NANS, lane_bits(totals.nans, 0u));
  add_word(first + INFINITIES, lane_bits(totals.infinities, 0u));
  add_word(first + ZEROS, lane_bits(totals.zeros, 0u));
  add_word(first + NEGATIVES, lane_bits(totals.negatives, 0u));
  add_word(first + SATURATED, lane_bits(totals.saturated, 0u));
  atomicMax(&statistics[first + MINIMUM], lane_bits(totals.lowest, 0u));
  atomicMax(&statistics[first + MAXIMUM], lane_bits(totals.highest, 0u));
  add_word(first + HISTOGRAM + settings.zero_bin, lane_bits(totals.zeros, 0u));
  for (var bin = 0u; bin < bins + 2u; bin++) {
    add_word(first + HISTOGRAM + bin, atomicLoad(&histogram[bin * replicas + lane % replicas]));
  }
}
