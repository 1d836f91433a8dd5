// One group of a pass over single elements. Joined with it: the tensors, source and upstream (where x and dy are read), biased,
// value_at, derivative_at, keep_dx.

fn forward_group(i: u32) { store_y(i, value_at(biased(source(i), i), i)); }

fn backward_group(i: u32) -> Slope {
  let slope = slope_at(i);
  keep_dx(i, slope.gradient.first * slope.gradient.second);
  return slope;
}

fn slope_at(i: u32) -> Slope {
  let input = biased(source(i), i);
  let dy_i = upstream(i);
  let derivative = derivative_at(input, i);
  return Slope(input, dy_i, real(1.0), Term(flattened(dy_i, derivative, flat), derivative), real(0.0));
}

fn term_of(slope: Slope, derivative: real, is_flat: bool) -> Term {
  return Term(flattened(slope.larger, derivative, is_flat), derivative);
}
