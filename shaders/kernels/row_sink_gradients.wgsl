// The gradients of sinks: of each the sum of what its rows noted (row_terms_kept.wgsl), a team a sink.
@group(0) @binding(11) var<storage, read_write> d_sink: array<f32>;

@compute @workgroup_size(workgroup_size)
fn sink_gradients(invocation: Invocation) {
  let thread = thread_of(invocation);
  let head = task_of(invocation, thread);
  var sum: Sum;
  let rows = select(0u, params.inner, head < params.count);
  for (var row = thread % team; row < rows; row += team) {
    sum = add(sum, bitcast<f32>(partial[params.first + head * params.inner + row].x));
  }
  let total = total_normal(team_total(thread, folded_sum(sum)));
  if ((thread % team != 0u) || (head >= params.count)) { return; }
  if (accumulate) { d_sink[head] = d_sink[head] + total.high; } else { d_sink[head] = total.high; }
}
