// exponential(x) = e^x, its own derivative
// Method: exp.wgsl. ∞ from 88.73 on, as float32 overflows.
// Error, measured with scattered inputs of every exponent: 0.84 ULP.

fn exponential(x: real) -> real {
  return propagate_nan(x, exponential_of(x));
}

fn exponential_derivative(x: real) -> real {
  return exponential(x);
}
