// Everything one read of a tensor tells about each channel, one element at a time. Float sums leave partial results for
// reduce_statistics.wgsl; integers are added, and extremes found, by atomics, whose result does not depend on their order.
// Joined with it: the tensors, of which x is read, and derivative_at.
@group(0) @binding(6) var<storage, read_write> partial: array<u32>;  // [slabs, MOMENTS_WORDS, width]
@group(0) @binding(11) var<storage, read_write> statistics: array<atomic<u32>>;
@group(0) @binding(12) var<storage, read> settings: Settings;

// Copies of a workgroup's histogram, so that neighbouring threads do not wait for each other.
override replicas: u32 = 32;
override histogram_words: u32 = 2112;
var<workgroup> histogram: array<atomic<u32>, histogram_words>;  // [bins + 2, replicas]
var<workgroup> record: array<atomic<u32>, MEAN>;

var<private> nans: u32;
var<private> infinities: u32;
var<private> zeros: u32;
var<private> negatives: u32;
var<private> saturated: u32;
// Integers that fall and rise with x; none of a finite x is 0.
var<private> lowest: u32;
var<private> highest: u32;
// The largest magnitude of a finite x.
var<private> largest: u32;

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

fn visit_group(i: u32, lane: u32) {
  let value = load_x(i);
  let size = bitcast<u32>(value) & 0x7fffffffu;
  let is_nan = size > 0x7f800000u;
  let slope = bitcast<u32>(derivative_at(value, i)) & 0x7fffffffu;
  saturated += u32((slope < settings.threshold) && !is_nan);
  negatives += u32(is_negative(value));
  if (size >= 0x7f800000u) {
    nans += u32(is_nan);
    infinities += u32(!is_nan);
    return;
  }
  let rank = order(value);
  let high = bitcast<u32>(rank) ^ 0x80000000u;
  lowest = max(lowest, ~high);
  highest = max(highest, high);
  largest = max(largest, size);
  add_value(value);
  if (size == 0u) {
    // activations have many: counted alone, they join their bin at the end
    zeros++;
  } else {
    atomicAdd(&histogram[bin_of(value, rank) * replicas + lane % replicas], 1u);
  }
}

// Moments of another range than the usual are taken in a second walk, since only the first tells.
fn begins_again() -> bool {
  let range = range_of(largest);
  if (moments.n == 0u || range == USUAL_RANGE) { return false; }
  moments = Moments(0.0, 0u, range, Pair());
  return true;
}

fn visit_group_again(i: u32) {
  let value = load_x(i);
  if (magnitude(value) < 0x7f800000) { add_value(value * scale_of(moments.range)); }
}

fn write_moments(slab: u32, column: u32) {
  let i = (params.slab + slab) * MOMENTS_WORDS * params.width + column;
  partial[i] = bitcast<u32>(moments.pivot);
  partial[i + params.width] = moments.n;
  partial[i + 2u * params.width] = moments.range;
  partial[i + 3u * params.width] = bitcast<u32>(moments.sums.first.high);
  partial[i + 4u * params.width] = bitcast<u32>(moments.sums.first.low);
  partial[i + 5u * params.width] = bitcast<u32>(moments.sums.second.high);
  partial[i + 6u * params.width] = bitcast<u32>(moments.sums.second.low);
}

fn record_of(channel: u32) -> u32 { return HEADER + channel * record_words(settings.bins); }

fn add_word(word: u32, value: u32) {
  if (value > 0u) { atomicAdd(&statistics[word], value); }
}

// The counts of a workgroup's threads meet in `record`: they are one channel's.
fn finish_row(lane: u32, slab: u32, channel: u32) {
  atomicAdd(&record[NANS], nans);
  atomicAdd(&record[INFINITIES], infinities);
  atomicAdd(&record[ZEROS], zeros);
  atomicAdd(&record[NEGATIVES], negatives);
  atomicAdd(&record[SATURATED], saturated);
  atomicMax(&record[MINIMUM], lowest);
  atomicMax(&record[MAXIMUM], highest);
  join_moments(lane);
  if (lane == 0u) { write_moments(slab, channel); }
  let first = record_of(channel);
  if (lane < MINIMUM) { add_word(first + lane, atomicLoad(&record[lane])); }
  if (lane == MINIMUM || lane == MAXIMUM) { atomicMax(&statistics[first + lane], atomicLoad(&record[lane])); }
  if (lane == 0u) { add_word(first + HISTOGRAM + settings.zero_bin, atomicLoad(&record[ZEROS])); }
  for (var bin = lane; bin < settings.bins + 2u; bin += workgroup_size) {
    var sum = 0u;
    for (var k = 0u; k < replicas; k++) { sum += atomicLoad(&histogram[bin * replicas + k]); }
    add_word(first + HISTOGRAM + bin, sum);
  }
}

// A workgroup has as many threads as replicas: each copy of the histogram is one thread's own.
fn finish_column(lane: u32, slab: u32, column: u32) {
  write_moments(slab, column);
  let first = record_of(column / params.inner);
  add_word(first + NANS, nans);
  add_word(first + INFINITIES, infinities);
  add_word(first + ZEROS, zeros);
  add_word(first + NEGATIVES, negatives);
  add_word(first + SATURATED, saturated);
  atomicMax(&statistics[first + MINIMUM], lowest);
  atomicMax(&statistics[first + MAXIMUM], highest);
  add_word(first + HISTOGRAM + settings.zero_bin, zeros);
  for (var bin = 0u; bin < settings.bins + 2u; bin++) {
    add_word(first + HISTOGRAM + bin, atomicLoad(&histogram[bin * replicas + lane]));
  }
}
