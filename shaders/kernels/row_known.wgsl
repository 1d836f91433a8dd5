// What is known of a row. Joined with it: row_scale (what a row's values are scaled by, from Σe^(x-m)).

const EMPTY: u32 = 1u;  // as the bits of a special row, see row_known_empty.wgsl: here none is

// The row's maximum, its scale in two floats, and the bits that turn a result into the NaN of a special row.
struct Row { maximum: f32, high: f32, low: f32, special: u32 }

fn row_of(key: i32, sum: Total) -> Row {
  let scale = row_scale(total_normal(sum));
  let special = abs(key) >= INFINITE_KEY;
  return Row(number_of_key(key), scale.high, scale.low, select(0u, 0x7fc00000u, special));
}
