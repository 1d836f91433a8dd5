// The largest key of a thread's lanes, and the column of each: with one lane, that lane's.
fn folded_key(key: ints) -> i32 { return key; }
fn lane_columns(group: u32) -> ints { return ints(group); }
