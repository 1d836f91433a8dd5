// The upper 12 bits of x: products of two such are exact.
fn upper_half(x: real) -> real {
  return bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
}
