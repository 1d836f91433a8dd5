fn biased(value: real, i: u32) -> real { return value; }
