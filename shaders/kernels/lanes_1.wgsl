// One element a thread: tails, and layouts whose rows are no multiple of four.
alias real = f32;
alias bits = u32;
alias ints = i32;
alias logic = bool;
const LANES = 1u;
