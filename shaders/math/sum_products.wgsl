// Σ a·b, right wherever the sum is a float32, also where single products are not.
// Method: two sums. `first` has the products times 2^32, so that as many as 2^32 below 2^-126 still count; where it overflows,
// the products from 2^63 on, up to 2^176, are added to `second` instead, times 2^-96. 2^32 products then overflow neither.
// Error: 2^-24 of Σ|a·b|, from the products' own rounding.
// Limits: a subnormal factor may count as 0; beyond 2^176 the error allowed, 4·2^-24·Σ|a·b|, is beyond float32 itself.
struct Pair { first: Sum, second: Sum }

const SUM_LARGE: i32 = 0x6f000000;  // 2^63 · 2^32

// Where `first` may overflow: is_overflown tells, and then all of it is to be added again with add_product.
fn add_usual(sums: Pair, a: real, b: real) -> Pair {
  return Pair(add(sums.first, (a * 0x1p32) * b), sums.second);
}

fn is_overflown(sums: Pair) -> bool {
  return any(magnitude(sums.first.high) >= ints(0x7f800000));
}

fn add_product(sums: Pair, a: real, b: real) -> Pair {
  // of a huge a, 2^32 is taken from the product instead
  let is_huge = magnitude(a) >= ints(0x6f800000);
  let product = select(a * 0x1p32, a, is_huge) * b;
  let scaled = select(product, product * 0x1p32, is_huge);
  let is_large = magnitude(scaled) >= ints(SUM_LARGE);
  let small = select(scaled, real(0.0), is_large);
  let large = select(real(0.0), ((a * 0x1p-48) * b) * 0x1p-48, is_large);
  return Pair(add(sums.first, small), add(sums.second, large));
}

// The low parts of many sums would add up to more than their rounding leaves right: they join the high ones.
fn merge_pairs(sums: Pair, others: Pair) -> Pair {
  return Pair(normalized(merge(sums.first, others.first)), normalized(merge(sums.second, others.second)));
}
