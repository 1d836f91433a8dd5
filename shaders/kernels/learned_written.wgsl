// What a pass reads of learned tensors and of a bias; see inputs_written.wgsl. Joined with it: channel_value.
@group(0) @binding(4) var<storage, read_write> learned_0: array<channel_value>;
@group(0) @binding(13) var<storage, read_write> learned_1: array<channel_value>;
@group(0) @binding(14) var<storage, read_write> learned_2: array<channel_value>;
@group(0) @binding(5) var<storage, read_write> bias: array<channel_value>;
