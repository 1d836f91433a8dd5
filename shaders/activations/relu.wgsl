// relu(x) = max(0, x); derivative 1 if x > 0, else 0. Exact.
// As i32 the float32 patterns from −0 to −∞ are those up to −8388608: one comparison that leaves NaN alone.
fn relu(x: real) -> real {
  return select(x, real(0.0), bitcast<ints>(x) <= ints(-8388608));
}

fn relu_derivative(x: real) -> real {
  return select(relu(x), real(1.0), is_positive(x));
}

fn relu_derivative_from_y(y: real) -> real {
  return relu_derivative(y);
}
