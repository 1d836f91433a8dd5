// A mask of the elements' type, four at a time.
alias mask_stored = stored;
fn load_mask(i: u32) -> real { return decode(mask[i]); }
