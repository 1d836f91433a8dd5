// One group of a gated pass: y = activate(gate + bias) · up. Joined with it: the tensors, gated_apart or gated_halves,
// gate_at and up_at (where gate and up are read), upstream, biased, value_at, derivative_at.

fn forward_group(i: u32) { store_y(i, value_at(biased(gate_at(i), i), i) * up_at(i)); }

fn backward_group(i: u32) -> Terms {
  let gate_i = biased(gate_at(i), i);
  let up_i = up_at(i);
  let dy_i = upstream(i);
  let slope = derivative_at(gate_i, i);
  // dy · up may overflow, and ∞ · 0 is NaN
  let d_gate = gradient(dy_i * slope * up_i, slope, flat);
  write_gradients(i, d_gate, dy_i * value_at(gate_i, i));
  return Terms(real(0.0), d_gate);
}
