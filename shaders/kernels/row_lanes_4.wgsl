// What a thread found in its lanes, as one value.
fn folded_sum(sum: Sum) -> Total {
  let left = total_sum(Total(sum.high.x, sum.low.x), Total(sum.high.y, sum.low.y));
  let right = total_sum(Total(sum.high.z, sum.low.z), Total(sum.high.w, sum.low.w));
  return total_sum(left, right);
}
