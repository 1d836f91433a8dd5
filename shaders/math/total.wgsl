// Numbers of which a whole row has one, in two floats: high + low with |low| small beside high. Scalars, also where the
// elements are vectors.
struct Total { high: f32, low: f32 }

fn total_barrier(value: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(value) | params.zero);
}

// a + b; the highs by Knuth's two-sum, see two_sum.wgsl. The same bits for b + a.
fn total_sum(a: Total, b: Total) -> Total {
  let high = total_barrier(a.high + b.high);
  let b_rounded = total_barrier(high - a.high);
  let a_rounded = total_barrier(high - b_rounded);
  return Total(high, (a.low + b.low) + (total_barrier(a.high - a_rounded) + total_barrier(b.high - b_rounded)));
}

// The same number with high nearest to it. The low part of an infinite or NaN sum means nothing.
fn total_normal(a: Total) -> Total {
  let high = total_barrier(a.high + a.low);
  let low = a.low - total_barrier(high - a.high);
  if ((bitcast<u32>(a.high) & 0x7f800000u) == 0x7f800000u) { return Total(a.high, 0.0); }
  return Total(high, low);
}

// 1 / a for a in [1, 2^25], to 2^-34: one Newton step on the quotient, the larger parts of its product with a exact by masks
// that cut the factors to 12 bits.
fn total_inverse(a: Total) -> Total {
  let quotient = 1.0 / a.high;
  let quotient_high = bitcast<f32>(bitcast<u32>(quotient) & 0xfffff000u);
  let high = bitcast<f32>(bitcast<u32>(a.high) & 0xfffff000u);
  let excess = total_barrier(quotient_high * high - 1.0)
    + (quotient_high * (a.high - high) + (quotient - quotient_high) * a.high);
  return Total(quotient, -quotient * (excess + quotient * a.low));
}

const TOTAL_LN2_HIGH: f32 = 0.693145751953125;  // 15 bits: exact times any exponent here
const TOTAL_LN2_LOW: f32 = 1.428606820309417232121458176568e-6;

// ln a for a in [2^-50, 2^75]; absolute error 0.2 · 2^-24.
// Method: a = 2^k·f with f in [√½, √2), as in FreeBSD's logf; ln f = z - (z²/2 - s·(z²/2 + w·(2/3 + 2/5·w + …))) with
// z = f - 1, s = z / (2 + z), w = s², the coefficients Taylor's; what is left out is below 7e-10.
fn total_logarithm(a: Total) -> Total {
  let shifted = bitcast<u32>(a.high) + (0x3f800000u - 0x3f3504f3u);  // √½ moves to a power of two
  let k = i32(shifted >> 23u) - 127;
  let scale = bitcast<f32>(u32(127 - k) << 23u);
  let f = a.high * scale;
  let z = f - 1.0;
  let s = z / (2.0 + z);
  let w = s * s;
  let half_square = 0.5 * (z * z);
  let series = w * (0.6666666667 + w * (0.4 + w * (0.2857142857 + w * 0.2222222222)));
  let low = f32(k) * TOTAL_LN2_LOW + a.low * scale / f;
  let rest = z - (half_square - (s * (half_square + series) + low));
  return total_sum(Total(f32(k) * TOTAL_LN2_HIGH, 0.0), Total(rest, 0.0));
}
