// The rounding error of product = a · b: a · b = product + two_product_error(a, b, product), within 2^-46 of the product
// where nothing over- or underflows.
// Method: Dekker's product, both factors cut at 12 bits by masks so that each partial product is exact (Dekker, "A
// floating-point technique for extending the available precision", 1971); the barriers keep the order of the sums.
fn two_product_error(a: real, b: real, product: real) -> real {
  let a_high = bitcast<real>(bitcast<bits>(a) & bits(0xfffff000u));
  let b_high = bitcast<real>(bitcast<bits>(b) & bits(0xfffff000u));
  let a_low = a - a_high;
  let b_low = b - b_high;
  let error = barrier(barrier(a_high * b_high - product) + a_high * b_low);
  return barrier(error + a_low * b_high) + a_low * b_low;
}
