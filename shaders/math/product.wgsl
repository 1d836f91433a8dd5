// x · (factor.x + factor.y) as product + product_error(x, factor, product), product = x · factor.x rounded.
//
// Method: Dekker's product with both factors cut at 12 bits, so that each partial product is exact (Dekker, "A floating-point
// technique for extending the available precision", 1971); masks do the cutting, and the barrier keeps a compiler from
// multiplying out the difference. Error: 2^-46 of the product. Where x · factor overflows the error is meaningless.
fn product_error(x: real, factor: vec2<f32>, product: real) -> real {
  let x_high = bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
  let x_low = x - x_high;
  let factor_high = bitcast<f32>(bitcast<u32>(factor.x) & 0xfffff000u);
  let factor_low = (factor.x - factor_high) + factor.y;
  return barrier(x_high * factor_high - product) + (x_high * factor_low + x_low * factor.x);
}
