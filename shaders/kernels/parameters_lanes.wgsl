// A parameter, .x its high and .y its low part: of each lane its own, where one is learned. See parameters_shared.wgsl.
alias scalar = real;
alias scalar_bits = bits;
struct parameter { x: real, y: real }
