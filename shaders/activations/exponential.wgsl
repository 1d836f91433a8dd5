// exponential(x) = e^x, its own derivative
// Method: exp.wgsl. ∞ from 88.73 on, as float32 overflows.
// Error over every float32: value 0.96 ULP, derivative 0.96.

fn exponential(x: real) -> real {
  return propagate_nan(x, exponential_of(x));
}

fn exponential_derivative(x: real) -> real {
  return exponential(x);
}
