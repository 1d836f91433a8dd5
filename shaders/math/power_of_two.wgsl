// 2^n for whole n in [-127, 127], where 2^-127 becomes 0.
//
// Method: adding 1.5·2^23 + 127 leaves the biased exponent in the lowest bits of the sum; the product by 2^23 shifts it into
// place (SwiftShader runs shifts five times slower). Exact.
fn power_of_two(n: real) -> real {
  return bitcast<real>(bitcast<bits>(n + 12583039.0) * bits(0x800000u));
}
