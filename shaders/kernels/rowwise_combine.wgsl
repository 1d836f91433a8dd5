// Joins what the slabs of a row found; a team a row. See rowwise.wgsl.

// A slab's sum counts from the slab's own maximum: e^(that maximum - the row's) brings it to the row's. The factor is used as
// 1 + fraction, so that it is never rounded.
fn rescaled(sum: Sum, high: f32, low: f32, maximum: f32, row_origin: Origin) -> Sum {
  let parts = row_parts(maximum, row_origin);
  let scale = power_of_two(parts.power);
  let fraction = parts.first + parts.rest;
  return add(add(sum, scale * high), scale * (high * fraction + (low + low * fraction)));
}

fn slab_of(row: u32, slab: u32) -> vec4<u32> { return partial[2u * params.count + row * params.slabs + slab]; }

@compute @workgroup_size(workgroup_size)
fn forward_combine(invocation: Invocation) {
  let thread = thread_of(invocation);
  let row = task_of(invocation, thread);
  var key = -INFINITE_KEY;
  var sum: Sum;
  let slabs = select(0u, params.slabs, row < params.count);
  for (var slab = thread % team; slab < slabs; slab += team) { key = max(key, bitcast<i32>(slab_of(row, slab).x)); }
  let row_key = team_key(thread, key);
  let row_origin = origin_of(value_of_key(row_key));
  for (var slab = thread % team; slab < slabs; slab += team) {
    let found = slab_of(row, slab);
    let own = bitcast<vec2<f32>>(found.yz);
    // a slab of -∞ only has no maximum to start from
    if (own.x > 0.0) { sum = rescaled(sum, own.x, own.y, value_of_key(bitcast<i32>(found.x)), row_origin); }
  }
  let result = row_of(row_key, team_total(thread, folded_sum(sum)));
  if ((thread % team == 0u) && (row < params.count)) {
    let known = bitcast<vec3<u32>>(vec3<f32>(result.maximum, result.high, result.low));
    partial[row] = vec4<u32>(known, result.special);
  }
}

@compute @workgroup_size(workgroup_size)
fn backward_combine(invocation: Invocation) {
  let thread = thread_of(invocation);
  let row = task_of(invocation, thread);
  var first: Total;
  var second: Total;
  let slabs = select(0u, params.slabs, row < params.count);
  for (var slab = thread % team; slab < slabs; slab += team) {
    let found = bitcast<vec4<f32>>(slab_of(row, slab));
    first = total_sum(first, Total(found.x, found.y));
    second = total_sum(second, Total(found.z, found.w));
  }
  first = team_total(thread, first);
  if (team > 1u) { workgroupBarrier(); }
  second = team_total(thread, second);
  if ((thread % team == 0u) && (row < params.count)) {
    partial[params.count + row] = bitcast<vec4<u32>>(row_total(first, second));
  }
}
