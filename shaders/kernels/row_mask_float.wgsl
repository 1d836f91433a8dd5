// A mask of float32, whatever the elements are.
alias mask_stored = real;
fn load_mask(i: u32) -> real { return mask[i]; }
