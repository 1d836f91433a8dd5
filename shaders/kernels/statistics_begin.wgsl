// An empty record for each channel of [channels, inner], a thread a word: counts of zero.
override workgroup_size: u32 = 128;

@group(0) @binding(11) var<storage, read_write> statistics: array<u32>;
@group(0) @binding(12) var<storage, read> settings: Settings;

@compute @workgroup_size(workgroup_size)
fn begin(@builtin(workgroup_id) group_id: vec3<u32>, @builtin(num_workgroups) group_count: vec3<u32>,
         @builtin(local_invocation_index) lane: u32) {
  let i = (group_id.y * group_count.x + group_id.x) * workgroup_size + lane;
  if (i >= params.count) { return; }
  if (i < HEADER) {
    let header = vec4<u32>(params.channels, settings.bins, bitcast<u32>(settings.low), bitcast<u32>(settings.high));
    statistics[i] = header[i];
    return;
  }
  statistics[i] = select(0u, params.inner, (i - HEADER) % record_words(settings.bins) == COUNT);
}
