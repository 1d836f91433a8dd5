// relu_squared(x) = max(0, x)²; derivative 2·max(0, x).
// At most 0.5 ULP; the derivative is exact.
fn relu_squared(x: real) -> real {
  let rectified = relu(x);
  return propagate_nan(x, rectified * rectified);
}

fn relu_squared_derivative(x: real) -> real {
  let rectified = relu(x);
  // arithmetic may flush a subnormal whose double is none; adding its pattern to itself doubles it
  let doubled = bitcast<real>(bitcast<bits>(rectified) + bitcast<bits>(rectified));
  return propagate_nan(x, select(2.0 * rectified, doubled, magnitude(rectified) < ints(0x00800000)));
}
