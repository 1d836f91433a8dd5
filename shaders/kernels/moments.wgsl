// Mean and variance in one pass: sums of x − pivot and of its square, in two floats each, where the pivot is one of the
// values. So the variance, second − first² / n, loses at most a factor n of the sums' 2^-46, however far the mean lies
// from zero. Sums about different pivots are moved to one of them before they are added, as in Chan, Golub & LeVeque,
// "Algorithms for computing the sample variance", The American Statistician 37, 1983.
struct Moments { pivot: f32, n: u32, first: Sum, second: Sum }

const MOMENTS_WORDS = 6u;  // of a partial result: pivot, n, first and second as high and low

// One element at a time (lanes_1): real is f32.

var<workgroup> pivot_owner: atomic<u32>;
var<workgroup> shared_pivot: f32;
var<workgroup> number: atomic<u32>;

fn normalized(sum: Sum) -> Sum {
  let high = sum.high + sum.low;
  return Sum(high, two_sum_error(sum.high, sum.low, high));
}

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

// The thread's own.
var<private> moments: Moments;

fn add_value(x: f32) {
  if (moments.n == 0u) { moments.pivot = x; }
  moments.n++;
  let distance = x - moments.pivot;
  let rest = two_sum_error(x, -moments.pivot, distance);
  let square = distance * distance;
  let square_rest = two_product_error(distance, distance, square) + 2.0 * distance * rest;
  moments.first = merge(moments.first, Sum(distance, rest));
  moments.second = merge(moments.second, Sum(square, square_rest));
}

// A shift of two floats between the pivots, none where nothing was added yet.
fn about(given: Moments, pivot: f32) -> Moments {
  let high = select(0.0, given.pivot - pivot, given.n > 0u);
  let low = select(0.0, two_sum_error(given.pivot, -pivot, high), given.n > 0u);
  let shift = Sum(high, low);
  let first = normalized(given.first);
  let moved = merge(first, times(exact(given.n), shift));
  // Σ(d + s)² = Σd² + s·(Σd + Σ(d + s))
  let growth = times(shift, normalized(merge(first, moved)));
  return Moments(pivot, given.n, moved, merge(given.second, growth));
}

fn add_moments(other: Moments) {
  if (other.n == 0u) { return; }
  if (moments.n == 0u) { moments.pivot = other.pivot; }
  let moved = about(other, moments.pivot);
  moments.n += other.n;
  moments.first = merge(moments.first, moved.first);
  moments.second = merge(moments.second, moved.second);
}

// Leaves the workgroup's moments in lane 0, about the pivot of the first thread that has one.
fn join_moments(lane: u32) {
  let is_some = moments.n > 0u;
  if (is_some) {
    atomicAdd(&number, moments.n);
    atomicMax(&pivot_owner, workgroup_size - lane);
  }
  workgroupBarrier();
  if (is_some && atomicLoad(&pivot_owner) == workgroup_size - lane) { shared_pivot = moments.pivot; }
  workgroupBarrier();
  moments = about(moments, shared_pivot);
  moments.n = atomicLoad(&number);
  moments.first = workgroup_sum(lane, moments.first);
  moments.second = workgroup_sum(lane, moments.second);
}
