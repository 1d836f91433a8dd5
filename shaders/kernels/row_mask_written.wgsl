// The mask, where a pass writes another range of its buffer.
@group(0) @binding(17) var<storage, read_write> mask: array<mask_stored>;
