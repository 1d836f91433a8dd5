// Compensated sums: a high and a low float each. Every sum over elements uses these. Their order depends on the shape of a
// call alone, so every run gives the same bits.
override workgroup_size: u32 = 128;

struct Sum { high: real, low: real }
var<workgroup> highs: array<real, workgroup_size>;
var<workgroup> lows: array<real, workgroup_size>;

fn add(sum: Sum, value: real) -> Sum {
  let high = sum.high + value;
  return Sum(high, sum.low + two_sum_error(sum.high, value, high));
}

fn merge(sum: Sum, other: Sum) -> Sum {
  return add(Sum(sum.high, sum.low + other.low), other.high);
}

// The workgroup's sum, in lane 0.
fn workgroup_sum(lane: u32, own: Sum) -> Sum {
  var sum = own;
  workgroupBarrier();
  highs[lane] = sum.high;
  lows[lane] = sum.low;
  for (var half = workgroup_size / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (lane < half) {
      sum = merge(sum, Sum(highs[lane + half], lows[lane + half]));
      highs[lane] = sum.high;
      lows[lane] = sum.low;
    }
  }
  return sum;
}
