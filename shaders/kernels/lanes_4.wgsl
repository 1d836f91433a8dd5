// Four elements at a time: 16-byte loads and stores.
alias real = vec4<f32>;
alias bits = vec4<u32>;
alias ints = vec4<i32>;
alias logic = vec4<bool>;
const LANES = 4u;
const LANE_FLAGS = bits(1u, 4u, 16u, 64u);
fn lane_bits(value: bits, lane: u32) -> u32 { return value[lane]; }
