// The mask, where a pass writes none of its buffer.
@group(0) @binding(17) var<storage, read> mask: array<mask_stored>;
