// One group of an elementwise pass. Joined with it: source and upstream (where x and dy are read), biased, value_at,
// derivative_at, weight_derivative.
@group(0) @binding(0) var<storage, read> x: array<stored>;
@group(0) @binding(1) var<storage, read_write> y: array<stored>;
@group(0) @binding(2) var<storage, read> dy: array<stored>;
@group(0) @binding(3) var<storage, read_write> dx: array<stored>;

fn forward_group(i: u32) { y[i] = encode(value_at(biased(source(i), i), i)); }

fn backward_group(i: u32) -> Terms {
  let input = biased(decode(x[i]), i);
  let dy_i = upstream(i);
  let dx_i = gradient(dy_i, derivative_at(input, i), flat);
  if (accumulate) { dx[i] = encode(decode(dx[i]) + dx_i); } else { dx[i] = encode(dx_i); }
  return Terms(gradient(dy_i, weight_derivative(input), true), dx_i);
}
