// Nothing is known of a row before it is read.
fn saved_row(index: u32) -> Known { return Known(); }
