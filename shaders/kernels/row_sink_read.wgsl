// The sinks, where a pass writes none of their buffer.
@group(0) @binding(14) var<storage, read> sink: array<f32>;
