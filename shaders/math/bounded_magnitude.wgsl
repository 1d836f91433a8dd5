// min(|x|, limit), the limit given as its bit pattern; NaN gives the limit.
// Patterns of positive floats are ordered as the floats are, and SwiftShader compares integers four times faster.
fn bounded_magnitude(x: real, limit: i32) -> real {
  return bitcast<real>(min(bitcast<ints>(abs(x)), ints(limit)));
}
