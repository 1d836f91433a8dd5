// The tensors that a pass reads, where it writes another range of their buffers: WebGPU lets a dispatch bind a buffer
// read-only or writable, not both. Joined with it: stored.
@group(0) @binding(0) var<storage, read_write> x: array<stored>;
@group(0) @binding(2) var<storage, read_write> dy: array<stored>;
@group(0) @binding(0) var<storage, read_write> gate: array<stored>;
@group(0) @binding(8) var<storage, read_write> up: array<stored>;
