// float16 in memory, float32 in arithmetic. Numbers are converted by integer arithmetic on their bits, and by float
// arithmetic where it is exact. WGSL's own conversions (pack2x16float, and f16 itself) may flush subnormals and round
// either way, and leave overflow undefined. Joined with it: stored, unpacked, packed.

// Exact: each float16 is a float32.
fn decode(value: stored) -> real {
  let half = unpacked(value);
  let size = half & bits(0x7fff0000u);
  // the exponent's bias grows by 112, twice that for ∞ and NaN
  let bias = select(bits(0x38000000u), bits(0x70000000u), bitcast<ints>(size) >= ints(0x7c000000));
  let normal = (size >> bits(3u)) + bias;
  // a subnormal is an integer times 2^-24
  let small = bitcast<bits>(real(bitcast<ints>(size)) * 0x1p-40);
  let widened = select(normal, small, bitcast<ints>(size) < ints(0x04000000));
  return bitcast<real>(widened | (half & bits(0x80000000u)));
}

// Rounded to nearest, ties to even; from 65520 on, halfway between 65504 and 2^16, it is ∞. A NaN stays one.
fn encode(value: real) -> stored {
  let own = bitcast<bits>(value);
  let size = bitcast<ints>(own & bits(0x7fffffffu));
  // 13 bits fall away: just under half a unit, and one more where the last bit kept is odd. Rounding may carry into the
  // exponent, as it should; beyond the largest number everything is ∞.
  let half = select(ints(0x0fff), ints(0x1000), (size & ints(0x2000)) != ints(0));
  let bounded = min(size - ints(0x38000000) + half, ints(0x0f800000));
  let finite = select(bounded, (size & ints(0x007fe000)) | ints(0x0fc00000), size > ints(0x7f800000));
  let twice = finite + finite;
  let four = twice + twice;
  // below 2^-14 the unit is 2^-24: that product is exact, and round takes ties to even
  let small = ints(round(bitcast<real>(min(size, ints(0x38800000))) * 0x1p24) * 65536.0);
  let number = bitcast<bits>(select(four + four, small, size < ints(0x38800000)));
  return packed((number & bits(0x7fff0000u)) | (own & bits(0x80000000u)));
}
