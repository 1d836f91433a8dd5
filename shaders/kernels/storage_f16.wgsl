// float16 in memory, float32 in arithmetic. Numbers are converted by integer arithmetic on their bits, by float arithmetic
// where it is exact, and by one sum that rounds to nearest, as on every adapter known. WGSL's own conversions
// (pack2x16float, and f16 itself) may flush subnormals and round either way, and leave overflow undefined. Joined with it:
// stored, unpacked, packed.

// Exact: each float16 is a float32.
fn decode(value: stored) -> real {
  let half = unpacked(value);
  let size = bitcast<ints>(half & bits(0x7fff0000u));
  // the exponent's bias grows by 112, twice that for ∞ and NaN
  let normal = (size >> bits(3u)) + ints(0x38000000);
  // a subnormal has the exponent of 2^-14 and no leading 1, which is taken off again
  let small = bitcast<real>(normal + ints(0x00800000)) - 0x1p-14;
  let finite = select(bitcast<real>(normal), small, size < ints(0x04000000));
  let widened = select(finite, bitcast<real>(normal + ints(0x38000000)), size >= ints(0x7c000000));
  return bitcast<real>(bitcast<bits>(widened) | (half & bits(0x80000000u)));
}

// Rounded to nearest, ties to even; from 65520 on, halfway between 65504 and 2^16, it is ∞. A NaN stays one.
fn encode(value: real) -> stored {
  let own = bitcast<bits>(value);
  let size = bitcast<ints>(own & bits(0x7fffffffu));
  // beyond the largest number everything is ∞, which follows it
  let bounded = min(size, ints(0x47800000));
  // of the number's power of two, at least 2^-14, below which the unit is 2^-24
  let exponent = max(bounded & ints(0x7f800000), ints(0x38800000));
  // added to 2^13 times that power, the number leaves its significand of 11 bits, rounded, in the sum's last bits
  let sum = bitcast<ints>(bitcast<real>(bounded) + bitcast<real>(exponent + ints(0x06800000)));
  let finite = sum * ints(0x10000) + (exponent * ints(8) + ints(0x3c000000));
  let nan = ((size & ints(0x007fe000)) * ints(8)) | ints(0x7e000000);
  let number = select(finite, nan, size > ints(0x7f800000));
  return packed((bitcast<bits>(number) & bits(0x7fff0000u)) | (own & bits(0x80000000u)));
}
