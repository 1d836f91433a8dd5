// Compensated sums: a high and a low float each. Every sum over elements uses these. Their order depends on the shape of a
// call alone, so every run gives the same bits.
override workgroup_size: u32 = 128;

// The workgroup's sums, in lane 0: both together, since barriers are what they cost.
var<workgroup> pairs: array<Pair, workgroup_size>;

fn workgroup_sums(lane: u32, own: Pair) -> Pair {
  var sums = own;
  workgroupBarrier();
  pairs[lane] = sums;
  for (var half = workgroup_size / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (lane < half) {
      sums = merge_pairs(sums, pairs[lane + half]);
      pairs[lane] = sums;
    }
  }
  return sums;
}
