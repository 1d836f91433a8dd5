// Mean and variance in one pass: sums of x − pivot and of its square, in two floats each, where the pivot is one of the
// values. So the variance, second − first² / n, loses at most a factor n of the sums' 2^-46, however far the mean lies
// from zero. Sums about different pivots are moved to one of them before they are added, as in Chan, Golub & LeVeque,
// "Algorithms for computing the sample variance", The American Statistician 37, 1983.
//
// All this is of the values times a power of two, by the largest of them: 2^64 below 2^-45 (range 0), 1 below 2^46 (1), 2^-64
// for the rest (2). So 2^32 of them overflow nothing unless the variance is beyond float32, and no square that counts
// underflows.
struct Moments { pivot: f32, n: u32, range: u32, sums: Pair }

const MOMENTS_WORDS = 7u;  // of a partial result: pivot, n, range, then the sums' first and second as high and low
const USUAL_RANGE = 1u;

fn range_of(size: u32) -> u32 { return u32(size >= 0x29000000u) + u32(size >= 0x56800000u); }
fn scale_of(range: u32) -> f32 { return select(select(0x1p-64, 1.0, range == 1u), 0x1p64, range == 0u); }

// One element at a time (lanes_1): real is f32.

var<workgroup> pivot_owner: atomic<u32>;
var<workgroup> shared_pivot: f32;
var<workgroup> shared_range: atomic<u32>;
var<workgroup> counted: atomic<u32>;

fn times(a: Sum, b: Sum) -> Sum {
  let product = a.high * b.high;
  return Sum(product, two_product_error(a.high, b.high, product) + (a.high * b.low + a.low * b.high));
}

fn over(a: Sum, b: Sum) -> Sum {
  let quotient = a.high / b.high;
  let product = times(Sum(quotient, 0.0), b);
  let rest = barrier(a.high - product.high) + (a.low - product.low);
  return normalized(Sum(quotient, rest / b.high));
}

// n exactly: the upper and the lower bits each fit a float32
fn exact(n: u32) -> Sum {
  return normalized(Sum(f32(n & 0xffff0000u), f32(n & 0xffffu)));
}

// The same moments in a higher range, or in their own.
fn in_range(given: Moments, range: u32) -> Moments {
  var moments = given;
  for (; moments.range < range; moments.range++) {
    let sums = moments.sums;
    moments.pivot *= 0x1p-64;
    moments.sums.first = Sum(sums.first.high * 0x1p-64, sums.first.low * 0x1p-64);
    // in two steps, since 2^-128 is no normal float32
    moments.sums.second = Sum(barrier(sums.second.high * 0x1p-64) * 0x1p-64, barrier(sums.second.low * 0x1p-64) * 0x1p-64);
  }
  return moments;
}

// The thread's own.
var<private> moments: Moments = Moments(0.0, 0u, USUAL_RANGE, Pair());

// x times scale_of(moments.range)
fn add_value(x: f32) {
  if (moments.n == 0u) { moments.pivot = x; }
  moments.n++;
  let distance = x - moments.pivot;
  let rest = two_sum_error(x, -moments.pivot, distance);
  let square = distance * distance;
  let square_rest = two_product_error(distance, distance, square) + 2.0 * distance * rest;
  moments.sums.first = merge(moments.sums.first, Sum(distance, rest));
  moments.sums.second = merge(moments.sums.second, Sum(square, square_rest));
}

// A shift of two floats between the pivots, none where nothing was added yet.
fn about(given: Moments, pivot: f32) -> Moments {
  let high = select(0.0, given.pivot - pivot, given.n > 0u);
  let low = select(0.0, two_sum_error(given.pivot, -pivot, high), given.n > 0u);
  let shift = Sum(high, low);
  let first = normalized(given.sums.first);
  let moved = merge(first, times(exact(given.n), shift));
  // Σ(d + s)² = Σd² + s·(Σd + Σ(d + s))
  let growth = times(shift, normalized(merge(first, moved)));
  return Moments(pivot, given.n, given.range, Pair(moved, merge(given.sums.second, growth)));
}

fn add_moments(other: Moments) {
  if (other.n == 0u) { return; }
  if (moments.n == 0u) {
    moments = other;
    return;
  }
  let range = max(moments.range, other.range);
  moments = in_range(moments, range);
  let moved = about(in_range(other, range), moments.pivot);
  moments.n += other.n;
  moments.sums = merge_pairs(moments.sums, moved.sums);
}

// Leaves the workgroup's moments in lane 0, about the pivot of the first thread that has one.
fn join_moments(lane: u32) {
  let is_some = moments.n > 0u;
  if (is_some) {
    atomicAdd(&counted, moments.n);
    atomicMax(&pivot_owner, workgroup_size - lane);
    atomicMax(&shared_range, moments.range);
  }
  workgroupBarrier();
  moments = in_range(moments, atomicLoad(&shared_range));
  if (is_some && atomicLoad(&pivot_owner) == workgroup_size - lane) { shared_pivot = moments.pivot; }
  workgroupBarrier();
  moments = about(moments, shared_pivot);
  moments.n = atomicLoad(&counted);
  moments.sums = workgroup_sums(lane, moments.sums);
}
