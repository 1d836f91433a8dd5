// What the passes over rows share: what is known of a row, and sums. Joined with it: row_scale (what a row's values are scaled
// by, from Σe^(x-m)).

// For a row too long for one workgroup: [rows] what forward knows of a row, [rows] its gradient's total, then [rows, slabs]
// what each slab of a row found. Bits, since no float may pass through memory that flushes subnormals or changes a NaN.
@group(0) @binding(6) var<storage, read_write> partial: array<vec4<u32>>;

// Which row or slab of a row a thread's team handles; beyond the last where teams are left over.
fn task_of(invocation: Invocation, thread: u32) -> u32 {
  let place = invocation.group_id.y * invocation.group_count.x + invocation.group_id.x;
  return place * (workgroup_size / team) + thread / team;
}

// The maximum is found on integers that rise with x: those of NaN are the largest, and comparisons are exact everywhere.
const INFINITE_KEY: i32 = 0x7f800000;

fn key_of(x: real) -> ints {
  return select(order(x), ints(0x7fffffff), magnitude(x) > ints(INFINITE_KEY));
}

// The number a key stands for; 0 where that is not finite: such rows are special, and slabs of -∞ sum to 0.
fn value_of_key(key: i32) -> f32 {
  let bits_of_size = u32(abs(key));
  let value = select(bits_of_size, bits_of_size | 0x80000000u, key < 0);
  return bitcast<f32>(select(value, 0u, bits_of_size >= u32(INFINITE_KEY)));
}

// The row's maximum, its scale in two floats, and the bits that turn a result into the NaN of a special row.
struct Row { maximum: f32, high: f32, low: f32, special: u32 }

fn row_of(key: i32, sum: Total) -> Row {
  let scale = row_scale(total_normal(sum));
  let special = abs(key) >= INFINITE_KEY;
  return Row(value_of_key(key), scale.high, scale.low, select(0u, 0x7fc00000u, special));
}

// Σ dy·factor of a row from the two sums of add_product: high, low, then the power of two by which they were multiplied, so
// that neither the sum nor what is subtracted from it leaves float32's range, and its inverse.
fn row_total(first: Total, second: Total) -> vec4<f32> {
  let small = total_normal(first);
  let large = total_normal(second);
  if (large.high == 0.0) { return vec4<f32>(small.high * 0x1p-32, small.low * 0x1p-32, 1.0, 1.0); }
  let scaled = Total(small.high * 0x1p-65, small.low * 0x1p-65);
  let both = total_normal(total_sum(scaled, Total(large.high * 0x1p63, large.low * 0x1p63)));
  return vec4<f32>(both.high, both.low, 0x1p-33, 0x1p33);
}
