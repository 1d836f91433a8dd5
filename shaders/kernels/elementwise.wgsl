// One group of an elementwise pass. Joined with it: the tensors, source and upstream (where x and dy are read), biased,
// value_at, derivative_at, weight_derivative.

fn forward_group(i: u32) { store_y(i, value_at(biased(source(i), i), i)); }

fn backward_group(i: u32) -> Terms {
  let input = biased(load_x(i), i);
  let dy_i = upstream(i);
  let dx_i = gradient(dy_i, derivative_at(input, i), flat);
  if (accumulate) { store_dx(i, load_dx(i) + dx_i); } else { store_dx(i, dx_i); }
  return Terms(gradient(dy_i, weight_derivative(input), true), dx_i);
}
