// Σ dy·factor of a row from the two sums of add_product: high, low, then the power of two by which they were multiplied, so
// that neither the sum nor what is subtracted from it leaves float32's range, and its inverse.
fn row_total(first: Total, second: Total) -> vec4<f32> {
  let small = total_normal(first);
  let large = total_normal(second);
  if (large.high == 0.0) { return vec4<f32>(small.high * 0x1p-32, small.low * 0x1p-32, 1.0, 1.0); }
  let scaled = Total(small.high * 0x1p-65, small.low * 0x1p-65);
  let both = total_normal(total_sum(scaled, Total(large.high * 0x1p63, large.low * 0x1p63)));
  return vec4<f32>(both.high, both.low, 0x1p-33, 0x1p33);
}
