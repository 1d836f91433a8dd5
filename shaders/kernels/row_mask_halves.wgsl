// A mask of the elements' type, two of 16 bits a word.
alias mask_stored = u32;
fn load_mask(i: u32) -> real { return decode(half_of(mask[i / 2u], i)); }
