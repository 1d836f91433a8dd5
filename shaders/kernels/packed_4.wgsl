// Elements of 16 bits, two a word with the first in its lower half: a group of four is two words.
alias stored = vec2<u32>;
fn unpacked(value: stored) -> bits {
  return bits(value.x & 0xffffu, value.x >> 16u, value.y & 0xffffu, value.y >> 16u);
}
fn packed(value: bits) -> stored { return value.xz | (value.yw << vec2<u32>(16u)); }
