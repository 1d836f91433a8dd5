// What the passes over rows share: who handles what, and keys of numbers.

// For a row too long for one workgroup: [rows] what forward knows of a row, [rows] its gradient's total, then [rows, slabs]
// what each slab of a row found. Bits, since no float may pass through memory that flushes subnormals or changes a NaN.
@group(0) @binding(6) var<storage, read_write> partial: array<vec4<u32>>;

// Which row or slab of a row a thread's team handles; beyond the last where teams are left over.
fn task_of(invocation: Invocation, thread: u32) -> u32 {
  let place = invocation.group_id.y * invocation.group_count.x + invocation.group_id.x;
  return place * (workgroup_size / team) + thread / team;
}

fn lane_real(value: real, lane: u32) -> f32 { return bitcast<f32>(lane_bits(bitcast<bits>(value), lane)); }

// The maximum is found on integers that rise with x: those of NaN are the largest, and comparisons are exact everywhere.
const INFINITE_KEY: i32 = 0x7f800000;

fn key_of(x: real) -> ints {
  return select(order(x), ints(0x7fffffff), magnitude(x) > ints(INFINITE_KEY));
}

// The number a key stands for.
fn number_of_key(key: i32) -> f32 {
  return bitcast<f32>(select(u32(key), u32(-key) | 0x80000000u, key < 0));
}

// The same, but 0 where that is not finite: such rows are special, and slabs of -∞ sum to 0.
fn value_of_key(key: i32) -> f32 {
  return number_of_key(select(key, 0, abs(key) >= INFINITE_KEY));
}
