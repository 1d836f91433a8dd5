// Mean and variance in one pass: sums of x − pivot and of its square, in two floats each, where the pivot is one of the
// values. So the variance, second − first² / n, loses at most a factor n of the sums' 2^-46, however far the mean lies
// from zero. Sums about different pivots are moved to one of them before they are added, as in Chan, Golub & LeVeque,
// "Algorithms for computing the sample variance", The American Statistician 37, 1983.
struct Moments { pivot: real, n: bits, first: Sum, second: Sum }

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
  let product = times(Sum(quotient, real(0.0)), b);
  let rest = barrier(a.high - product.high) + (a.low - product.low);
  return normalized(Sum(quotient, rest / b.high));
}

// n exactly: the upper and the lower bits each fit a float32
fn exact(n: bits) -> Sum {
  return normalized(Sum(real(n & bits(0xffff0000u)), real(n & bits(0xffffu))));
}

// What is not finite adds nothing.
fn add_value(moments: Moments, value: real, is_finite: logic) -> Moments {
  let pivot = select(moments.pivot, value, is_finite & (moments.n == bits(0u)));
  let x = select(pivot, value, is_finite);
  let distance = x - pivot;
  let rest = two_sum_error(x, -pivot, distance);
  let square = times(Sum(distance, rest), Sum(distance, rest));
  return Moments(pivot, moments.n + select(bits(0u), bits(1u), is_finite),
    merge(moments.first, Sum(distance, rest)), merge(moments.second, square));
}

// The same moments about another pivot.
fn about(moments: Moments, pivot: real) -> Moments {
  let n = exact(moments.n);
  let some = moments.n > bits(0u);
  let high = select(real(0.0), moments.pivot - pivot, some);
  let low = select(real(0.0), two_sum_error(moments.pivot, -pivot, high), some);
  let shift = Sum(high, low);
  let first = normalized(moments.first);
  let moved = merge(first, times(n, shift));
  // Σ(d + s)² = Σd² + s·(Σd + Σ(d + s))
  let growth = times(shift, normalized(merge(first, moved)));
  return Moments(pivot, moments.n, moved, merge(moments.second, growth));
}

fn together(moments: Moments, other: Moments) -> Moments {
  let pivot = select(other.pivot, moments.pivot, moments.n > bits(0u));
  let a = about(moments, pivot);
  let b = about(other, pivot);
  return Moments(pivot, a.n + b.n, merge(a.first, b.first), merge(a.second, b.second));
}

// The workgroup's moments, in lane 0, about the pivot of the first thread that has one.
fn workgroup_moments(lane: u32, own: Moments) -> Moments {
  let is_some = own.n > 0u;
  if (is_some) {
    atomicAdd(&number, own.n);
    atomicMax(&pivot_owner, workgroup_size - lane);
  }
  workgroupBarrier();
  if (is_some && atomicLoad(&pivot_owner) == workgroup_size - lane) { shared_pivot = own.pivot; }
  workgroupBarrier();
  let moved = about(own, shared_pivot);
  let first = workgroup_sum(lane, moved.first);
  let second = workgroup_sum(lane, moved.second);
  return Moments(moved.pivot, atomicLoad(&number), first, second);
}
