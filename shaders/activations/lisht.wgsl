// lisht(x) = x·tanh x; derivative tanh x + x·sech² x, two terms of one sign.
// Method: tanh_pieces.wgsl: below x² + x²·bend, above |x| - |x|·missing; sech² is 1 - tanh² below, missing·(2 - missing) above.
// Error over every float32: value 1.71 ULP, derivative 1.46.
fn lisht(x: real) -> real {
  let size = abs(x);
  let square = x * x;
  let near = square + square * tanh_bend(square);
  let far = select(size - tanh_missing(size, real(0.0), size), size, size > real(TANH_END));
  return propagate_nan(x, select(far, near, size < real(TANH_MIDDLE)));
}

fn lisht_derivative(x: real) -> real {
  let size = bounded_magnitude(x, 0x41a80000);   // 21, where sech² is nothing beside tanh
  let once = size + size * tanh_bend(size * size);
  let missing = tanh_missing(size, real(0.0), real(1.0));
  let far = 1.0 + missing * (size * (2.0 - missing) - 1.0);
  let value = select(far, once + size * (1.0 - once * once), size < real(TANH_MIDDLE));
  let tiny = select(2.0 * x, subnormal_product(x, real(2.0)), is_subnormal(x));
  return propagate_nan(x, select(with_sign(value, x), tiny, abs(x) < real(0x1p-60)));
}
