// A parameter, .x its high and .y its low part: the same in every lane. See parameters_lanes.wgsl.
alias scalar = f32;
alias scalar_bits = u32;
alias parameter = vec2<f32>;
