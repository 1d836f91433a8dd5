// What a row adds to the gradient of its sink is noted after all that is noted of rows: -Σ dy·factor times the sink's share.
fn keep_term(place: Place, share: f32, total: vec4<f32>) {
  if ((place.thread % team != 0u) || (place.slab != 0u) || (place.row >= params.count)) { return; }
  let term = select(-share * (total.x * total.w), 0.0, share == 0.0);
  partial[(params.slab >> 1u) + params.first_row + place.row] = vec4<u32>(bitcast<u32>(term), 0u, 0u, 0u);
}
