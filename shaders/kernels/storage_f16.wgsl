// float16 in memory, float32 in arithmetic; every number is converted by integer arithmetic on its bits. WGSL's own
// conversions (pack2x16float, and f16 itself) may flush subnormals and round either way, and leave overflow undefined.
// Joined with it: stored, unpacked, packed.

// Exact: each float16 is a float32.
fn decode(value: stored) -> real {
  let half = unpacked(value);
  let size = half & bits(0x7fffu);
  // the exponent's bias grows by 112, twice that for ∞ and NaN; a subnormal is an integer times 2^-24
  let bias = select(bits(0x38000000u), bits(0x70000000u), size >= bits(0x7c00u));
  let normal = (size << bits(13u)) + bias;
  let widened = select(normal, bitcast<bits>(real(size) * 0x1p-24), size < bits(0x0400u));
  return bitcast<real>(widened | ((half & bits(0x8000u)) << bits(16u)));
}

// Rounded to nearest, ties to even; from 65520 on, halfway between 65504 and 2^16, it is ∞. A NaN stays one.
fn encode(value: real) -> stored {
  let own = bitcast<bits>(value);
  let size = own & bits(0x7fffffffu);
  // 2^16 rounds to ∞ as all beyond it do
  let bounded = min(size, bits(0x47800000u));
  let exponent = bounded >> bits(23u);
  let significand = (bounded & bits(0x007fffffu)) | bits(0x00800000u);
  // 13 bits fall away; below 2^-14 more, so that the last one kept is 2^-24; at 25 all do, and nothing is rounded up
  let shift = bits(13u) + min(bits(113u) - min(exponent, bits(113u)), bits(12u));
  let odd = (significand >> shift) & bits(1u);
  let fraction = (significand + ((bits(1u) << (shift - bits(1u))) - bits(1u)) + odd) >> shift;
  // the significand's leading bit, where it is kept, counts the exponent up by one
  let number = ((max(exponent, bits(113u)) - bits(113u)) << bits(10u)) + fraction;
  let nan = ((size >> bits(13u)) & bits(0x03ffu)) | bits(0x7e00u);
  return packed(select(number, nan, size > bits(0x7f800000u)) | ((own >> bits(16u)) & bits(0x8000u)));
}
