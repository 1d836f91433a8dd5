// What is known of a row. One of -∞ only, or of which nothing is seen, is 0 instead of NaN where params.slab is odd. Joined with
// it: row_scale (what a row's values are scaled by, from Σe^(x-m) and m).
const EMPTY: u32 = 1u;  // as the bits of a special row: alone where it is 0

// The row's maximum, its scale in two floats, and the bits that turn a result into the NaN of a special row.
struct Row { maximum: f32, high: f32, low: f32, special: u32 }

fn row_of(key: i32, sum: Total) -> Row {
  if (((params.slab & 1u) == 1u) && (key == -INFINITE_KEY)) { return Row(0.0, 0.0, 0.0, EMPTY); }
  let maximum = number_of_key(key);
  let scale = row_scale(total_normal(sum), maximum);
  let special = select(0u, 0x7fc00000u, abs(key) >= INFINITE_KEY) | select(0u, EMPTY, key == -INFINITE_KEY);
  return Row(maximum, scale.high, scale.low, special);
}
