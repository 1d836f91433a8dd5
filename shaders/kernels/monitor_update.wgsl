// Ends a batch in the record of monitor.wgsl, a thread a unit: a unit that was active starts to count anew.
override workgroup_size: u32 = 128;

@group(0) @binding(11) var<storage, read_write> record: array<u32>;

@compute @workgroup_size(workgroup_size)
fn update(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
          @builtin(local_invocation_index) lane: u32) {
  let unit = (group_id.y * group_count.x + group_id.x) * workgroup_size + lane;
  if (unit >= params.channels) { return; }
  if (unit == 0u) { record[0]++; }
  let flag = 1u + params.channels + unit;
  record[1u + unit] = select(record[1u + unit] + 1u, 0u, record[flag] != 0u);
  record[flag] = 0u;
}
