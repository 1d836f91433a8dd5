// Σe^(x-m) of a row or slab. Joined with it: row_share.wgsl, row_known.wgsl, row_plain.wgsl or row_parts.wgsl (a row's Origin, and
// row_parts), row_kept (what is kept of x and e^(x-m)).

fn row_exponential(x: Logit, origin: Origin) -> real { return exp_of_parts(row_parts(x, origin)); }

// Σe^(x-m); keeps what the value is made from.
fn sum_exponentials(place: Place, key: i32, kept: ptr<function, array<Logit, KEPT>>) -> Total {
  let origin = origin_of(value_of_key(key));
  var sum = sum_begun();
  if (streams) {
    for (var i = place.first; i < place.end; i += team_step()) { sum = add_smaller(sum, row_exponential(input_at(i), origin)); }
  } else {
    for (var k = 0u; k < groups; k++) {
      let exponential = row_exponential((*kept)[k], origin);
      sum = add_smaller(sum, exponential);
      (*kept)[k] = row_kept((*kept)[k], exponential);
    }
  }
  return team_total(place.thread, folded_sum(sum_ended(sum)));
}

fn combined_row(row: u32) -> Row {
  let note = partial[row];
  return Row(bitcast<f32>(note.x), bitcast<f32>(note.y), bitcast<f32>(note.z), note.w);
}

@compute @workgroup_size(workgroup_size)
fn forward_partial(invocation: Invocation) {
  let place = place_of(invocation);
  var kept: array<Logit, KEPT>;
  let key = read_x(place, &kept);
  let sum = sum_exponentials(place, key, &kept);
  write_note(place, vec4<u32>(bitcast<u32>(key), bitcast<u32>(sum.high), bitcast<u32>(sum.low), 0u));
}
