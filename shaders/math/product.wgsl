// The error of product = x · factor.x rounded: x · (factor.x + factor.y) = product + product_error(x, factor, product).
//
// Method: Dekker's product. Both factors are cut at 12 bits by masks, so each of the four partial products is exact (Dekker,
// "A floating-point technique for extending the available precision", 1971); the barriers keep a compiler from multiplying
// the parts out. Error: 2^-46 of the product. Meaningless where x · factor overflows.
fn product_error(x: real, factor: vec2<f32>, product: real) -> real {
  let x_high = bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
  let x_low = x - x_high;
  let factor_high = bitcast<f32>(bitcast<u32>(factor.x) & 0xfffff000u);
  let factor_low = factor.x - factor_high;
  let error = barrier(barrier(x_high * factor_high - product) + x_high * factor_low) + x_low * factor_high;
  return error + (x_low * factor_low + x * factor.y);
}
