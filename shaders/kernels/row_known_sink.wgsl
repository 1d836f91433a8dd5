// As row_known.wgsl, but what is known of a row waits for its sink: its scale is still Σe^(x-m). See row_sink.wgsl.
const EMPTY: u32 = 1u;  // as the bits of a special row

// The row's maximum, its sum or scale in two floats, and the bits that turn a result into the NaN of a special row.
struct Row { maximum: f32, high: f32, low: f32, special: u32 }

fn row_of(key: i32, sum: Total) -> Row {
  let normal = total_normal(sum);
  let special = select(select(0u, 0x7fc00000u, key >= INFINITE_KEY), EMPTY, key == -INFINITE_KEY);
  return Row(number_of_key(select(key, 0, key == -INFINITE_KEY)), normal.high, normal.low, special);
}
