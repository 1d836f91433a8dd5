// bfloat16 in memory, float32 in arithmetic: the upper half of a float32. Joined with it: stored, unpacked, packed.

// Exact.
fn decode(value: stored) -> real { return bitcast<real>(unpacked(value)); }

// Rounded to nearest, ties to even, beyond the largest number to ∞; subnormals too. A NaN stays one.
fn encode(value: real) -> stored {
  let own = bitcast<bits>(value);
  // just under half a unit, and one more where the last bit kept is odd
  let half = select(bits(0x7fffu), bits(0x8000u), (own & bits(0x00010000u)) != bits(0u));
  let is_nan = bitcast<ints>(own & bits(0x7fffffffu)) > ints(0x7f800000);
  return packed(select(own + half, own | bits(0x00400000u), is_nan));
}
