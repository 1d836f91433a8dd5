// Sums of many terms in two floats: high + low. Error: about 2^-46 of the sum of the terms' sizes.
// Method: the rounding error of each addition is added up apart (Ogita, Rump & Oishi, "Accurate sum and dot product", SIAM
// Journal on Scientific Computing 26, 2005).
struct Sum { high: real, low: real }

fn add(sum: Sum, value: real) -> Sum {
  let high = sum.high + value;
  return Sum(high, sum.low + two_sum_error(sum.high, value, high));
}

// The same for a value that is no larger than the sum: its error by Dekker's fast two-sum, in half the operations.
fn add_smaller(sum: Sum, value: real) -> Sum {
  let high = barrier(sum.high + value);
  return Sum(high, sum.low + barrier(value - barrier(high - sum.high)));
}

// A sum of numbers from 0 to 2 that starts from 2 and gives it back, so that each is the smaller: see add_smaller.
const SUM_START: f32 = 2.0;
fn sum_begun() -> Sum { return Sum(real(SUM_START), real(0.0)); }
fn sum_ended(sum: Sum) -> Sum { return Sum(sum.high - SUM_START, sum.low); }

fn merge(sum: Sum, other: Sum) -> Sum {
  return add(Sum(sum.high, sum.low + other.low), other.high);
}

// The same sum with high nearest to it. The low part of an infinite or NaN sum means nothing.
fn normalized(sum: Sum) -> Sum {
  let high = sum.high + sum.low;
  let low = two_sum_error(sum.high, sum.low, high);
  let is_finite = magnitude(sum.high) < ints(0x7f800000);
  return Sum(select(sum.high, high, is_finite), select(real(0.0), low, is_finite));
}
