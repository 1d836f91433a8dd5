// One element a thread: tails, and layouts whose rows are no multiple of four.
alias real = f32;
alias bits = u32;
alias ints = i32;
alias logic = bool;
const LANES = 1u;
const LANE_FLAGS = 1u;
fn lane_bits(value: bits, lane: u32) -> u32 { return value; }
