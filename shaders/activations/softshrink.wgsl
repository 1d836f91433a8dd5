// softshrink(x) = x − lambda if x > lambda, x + lambda if x < −lambda, else 0, for lambda ≥ 0.
// Derivative 1 where |x| > lambda, else 0.
// At most 0.5 ULP for lambda = 1/2, 1 for any other; the derivative is exact.
fn softshrink(x: real, lambda: vec2<f32>) -> real {
  // the first difference is exact near lambda; the barrier keeps lambda's two parts from being added first
  let shrunk = barrier(abs(x) - lambda.x) - lambda.y;
  let shifted = bitcast<real>(bitcast<bits>(shrunk) ^ (bitcast<bits>(x) & bits(0x80000000u)));
  return select(real(0.0), shifted, magnitude(x) > order_floor(lambda));
}

fn softshrink_derivative(x: real, lambda: vec2<f32>) -> real {
  return hardshrink_derivative(x, lambda);
}
