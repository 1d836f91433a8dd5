// shrink(x) = x − bias if x > lambda, x + bias if x < −lambda, else 0, for lambda ≥ 0.
// Derivative 1 where |x| > lambda, else 0.
// At most 0.5 ULP for a bias that is a float32, 1 for any other; the derivative is exact.
fn shrink(x: real, lambda: vec2<f32>, bias: vec2<f32>) -> real {
  // the first difference is exact near the bias; the barrier keeps its two parts from being added first
  let shrunk = barrier(abs(x) - bias.x) - bias.y;
  let shifted = bitcast<real>(bitcast<bits>(shrunk) ^ (bitcast<bits>(x) & bits(0x80000000u)));
  return propagate_nan(x, select(real(0.0), shifted, magnitude(x) > order_floor(lambda)));
}

fn shrink_derivative(x: real, lambda: vec2<f32>, bias: vec2<f32>) -> real {
  return hardshrink_derivative(x, lambda);
}
