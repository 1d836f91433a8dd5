// float32 in memory: what is stored is what is computed with.
alias stored = real;
fn decode(value: stored) -> real { return value; }
fn encode(value: real) -> stored { return value; }
