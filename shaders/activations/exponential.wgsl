fn exponential(x: real) -> real {
  return propagate_nan(x, exponential_of(x));
}

fn exponential_derivative(x: real) -> real {
  return exponential(x);
}
