// An element of 16 bits, which shared.wgsl takes from its word, in the upper half of 32 bits.
alias stored = u32;
fn unpacked(value: stored) -> bits { return value; }
fn packed(value: bits) -> stored { return value & 0xffff0000u; }
