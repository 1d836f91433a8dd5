// relu(x) = max(0, x); derivative 1 if x > 0, else 0.
// Exact.
fn relu(x: real) -> real {
  return select(x, real(0.0), is_minus(x));
}

fn relu_derivative(x: real) -> real {
  return propagate_nan(x, select(real(0.0), real(1.0), bitcast<ints>(x) > ints(0)));
}

fn relu_derivative_from_y(y: real) -> real {
  return relu_derivative(y);
}
