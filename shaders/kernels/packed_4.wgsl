// Elements of 16 bits, two a word with the first in its lower half: a group of four is two words. Arithmetic has each in
// the upper half of 32 bits.
alias stored = vec2<u32>;
fn unpacked(value: stored) -> bits {
  let first = value << vec2<u32>(16u);
  let second = value & vec2<u32>(0xffff0000u);
  return bits(first.x, second.x, first.y, second.y);
}
// The lower halves are dropped.
fn packed(value: bits) -> stored {
  return (value.xz >> vec2<u32>(16u)) | (value.yw & vec2<u32>(0xffff0000u));
}
