// The sinks, where a pass writes none of their buffer.
@group(0) @binding(14) var<storage, read> sink: array<f32>;
fn sink_of(row: u32) -> f32 { return sink[(params.first_row + row) / params.last_row]; }
