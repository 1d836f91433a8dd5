// The counterpart of reduce_workgroup.wgsl where a thread has a row to itself. It has no workgroup memory: SwiftShader compiles
// a store for each word of that, to clear it, about 1 ms each.
override workgroup_size: u32 = 128;
override team: u32 = 1;

struct Invocation {
  @builtin(workgroup_id) group_id: vec3<u32>,
  @builtin(num_workgroups) group_count: vec3<u32>,
  @builtin(local_invocation_index) index: u32,
}

fn thread_of(invocation: Invocation) -> u32 { return invocation.index; }
fn team_key(thread: u32, own: i32) -> i32 { return own; }
// a call, so that the file of what it is given is joined
fn team_total(thread: u32, own: Total) -> Total { return total_sum(own, Total()); }
