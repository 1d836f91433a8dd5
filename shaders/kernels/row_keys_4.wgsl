// The largest key of a thread's lanes, and the column of each lane of a group.
fn folded_key(key: ints) -> i32 {
  let pair = max(key.xy, key.zw);
  return max(pair.x, pair.y);
}

fn lane_columns(group: u32) -> ints { return ints(0, 1, 2, 3) + i32(4u * group); }
