// A row has no sink, and nobody asks for ln Σ.
struct Known { row: Row, share: f32, log_sum_exp: f32 }

fn known_row(index: u32, found: Row) -> Known { return Known(found, 0.0, 0.0); }
