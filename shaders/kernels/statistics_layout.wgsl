// Where a channel's statistics lie, in 32-bit words: a header (channels, bins, low and high end of the histogram), then a
// record a channel. While the pass runs, MINIMUM and MAXIMUM hold integers that atomicMax can compare.
const HEADER = 4u;
const COUNT = 0u;
const NANS = 1u;
const INFINITIES = 2u;
const ZEROS = 3u;
const NEGATIVES = 4u;
const SATURATED = 5u;
const MINIMUM = 6u;
const MAXIMUM = 7u;
const MEAN = 8u;        // and the rest of it after the rounding
const VARIANCE = 10u;   // and the rest of it; of an infinite one, the variance times 2^-128
const HISTOGRAM = 12u;  // below, the bins, above

fn record_words(bins: u32) -> u32 { return HISTOGRAM + bins + 2u; }

struct Settings {
  low: f32,        // the histogram's range
  high: f32,
  scale: f32,      // bins / (high − low)
  threshold: u32,  // |f′| below this is saturated: its bits, which rise with it
  bins: u32,
  zero_bin: u32,   // where zeros are counted
  edges: array<i32>,  // order() of the least float32 of each bin, and of the range's end
}
