// The sinks, where a pass writes another range of their buffer.
@group(0) @binding(14) var<storage, read_write> sink: array<f32>;
fn sink_of(row: u32) -> f32 { return sink[(params.first_row + row) / params.last_row]; }
