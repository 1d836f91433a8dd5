// bfloat16 in memory, float32 in arithmetic: the upper half of a float32. Joined with it: stored, unpacked, packed.

// Exact.
fn decode(value: stored) -> real { return bitcast<real>(unpacked(value) << bits(16u)); }

// Rounded to nearest, ties to even, beyond the largest number to ∞; subnormals too. A NaN stays one.
fn encode(value: real) -> stored {
  let own = bitcast<bits>(value);
  let upper = own >> bits(16u);
  let number = (own + bits(0x7fffu) + (upper & bits(1u))) >> bits(16u);
  return packed(select(number, upper | bits(0x0040u), (own & bits(0x7fffffffu)) > bits(0x7f800000u)));
}
