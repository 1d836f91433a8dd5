// The bias of a value's channel, added before the activation.
fn biased(value: real, i: u32) -> real { return value + bias_at(i); }
