// The tensors that a pass reads, where it writes none of their buffers. Joined with it: stored.
@group(0) @binding(0) var<storage, read> x: array<stored>;
@group(0) @binding(2) var<storage, read> dy: array<stored>;
@group(0) @binding(0) var<storage, read> gate: array<stored>;
@group(0) @binding(8) var<storage, read> up: array<stored>;
