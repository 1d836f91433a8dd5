// One group of an elementwise pass. Joined with it: the tensors, source and upstream (where x and dy are read), biased,
// value_at, derivative_at, weight_derivative.

fn forward_group(i: u32) { store_y(i, value_at(biased(source(i), i), i)); }

fn backward_group(i: u32) -> Terms {
  let input = biased(source(i), i);
  let dy_i = upstream(i);
  let slope = derivative_at(input, i);
  let dx_i = gradient(dy_i * slope, slope, flat);
  if (accumulate) { store_dx(i, load_dx(i) + dx_i); } else { store_dx(i, dx_i); }
  let weight_slope = weight_derivative(input);
  return Terms(gradient(dy_i * weight_slope, weight_slope, true), dx_i);
}
