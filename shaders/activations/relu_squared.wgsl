// relu_squared(x) = max(0, x)²; derivative 2·max(0, x).
fn relu_squared(x: real) -> real {
  let rectified = relu(x);
  return rectified * rectified;
}

fn relu_squared_derivative(x: real) -> real {
  let rectified = relu(x);
  // arithmetic may flush a subnormal whose double is none; shifting its pattern doubles it
  let pattern = bitcast<bits>(rectified);
  return select(2.0 * rectified, bitcast<real>(pattern << bits(1u)), pattern < bits(0x00800000u));
}
