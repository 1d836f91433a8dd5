// The error of product = x · factor.x rounded: x · (factor.x + factor.y) = product + product_error(x, factor, product).
//
// Method: Dekker's product. Both factors are cut at 12 bits by masks, so each of the four partial products is exact (Dekker,
// "A floating-point technique for extending the available precision", 1971); the barriers keep a compiler from multiplying
// the parts out. Error: 2^-46 of the product. Meaningless where x · factor overflows.
fn product_error(x: real, factor: parameter, product: real) -> real {
  let x_high = bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
  let x_low = barrier(x - x_high);
  let factor_high = bitcast<scalar>(bitcast<scalar_bits>(factor.x) & scalar_bits(0xfffff000u));
  let factor_low = factor.x - factor_high;
  let error = barrier(barrier(x_high * factor_high - product) + x_high * factor_low);
  return barrier(error + x_low * factor_high) + (x_low * factor_low + x * factor.y);
}

// (factor.x + factor.y)·(high + low) = first + rest, where low is at most half of high: the product of the leading 12 bits is
// exact, the rest is one float. |high| in [2^-100, 2^100], else its parts are subnormal.
struct ProductOfSums { first: real, rest: real }

fn product_of_sums(high: real, low: real, factor: parameter) -> ProductOfSums {
  let upper = bitcast<real>(bitcast<bits>(high) & bits(0xfffff000u));
  let factor_upper = bitcast<scalar>(bitcast<scalar_bits>(factor.x) & scalar_bits(0xfffff000u));
  let factor_lower = (factor.x - factor_upper) + factor.y;
  let lower = barrier(high - upper) + low;
  return ProductOfSums(upper * factor_upper, barrier(factor_upper * lower + factor_lower * (high + low)));
}

// The error of quotient = x / divisor.x rounded: x / (divisor.x + divisor.y) = quotient + quotient_error(x, divisor, quotient)
fn quotient_error(x: real, divisor: parameter, quotient: real) -> real {
  let product = barrier(quotient * divisor.x);
  return (barrier(x - product) - product_error(quotient, divisor, product)) / divisor.x;
}

// 1/(divisor.x + divisor.y) = value.x + low: a product with it takes the place of divisions, which every lane would do. Its
// error is 2^-46 of it.
struct Inverse { value: parameter, low: real }

fn inverse_of(divisor: parameter) -> Inverse {
  let value = 1.0 / divisor.x;
  let value_upper = bitcast<scalar>(bitcast<scalar_bits>(value) & scalar_bits(0xfffff000u));
  let divisor_upper = bitcast<scalar>(bitcast<scalar_bits>(divisor.x) & scalar_bits(0xfffff000u));
  let missing = ((barrier(real(1.0 - value_upper * divisor_upper)) - value_upper * (divisor.x - divisor_upper))
    - (value - value_upper) * divisor.x) - value * divisor.y;
  return Inverse(parameter(value, scalar(0.0)), missing * value);
}

// The error of product = x · inverse.value.x rounded
fn inverse_product_error(x: real, inverse: Inverse, product: real) -> real {
  return product_error(x, inverse.value, product) + x * inverse.low;
}

// x·factor for |x| < 2^-126, which arithmetic may take for 0 although the product need not be so small: the significand's
// bits under the exponent of 1 make |x|·2^126 + 1.
fn subnormal_product(x: real, factor: real) -> real {
  let size = bitcast<real>((bitcast<bits>(x) & bits(0x007fffffu)) | bits(0x3f800000u)) - 1.0;
  let product = barrier(size * factor) * 0x1p-126;
  return select(product, -product, bitcast<ints>(x) < ints(0));
}

fn is_subnormal(x: real) -> logic {
  return (bitcast<bits>(x) & bits(0x7f800000u)) == bits(0u);
}
