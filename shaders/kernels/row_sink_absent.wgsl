// A row has no sink, but what is known of it is finished as if there were one.
fn sink_of(row: u32) -> f32 { return bitcast<f32>(0xff800000u | params.zero); }
