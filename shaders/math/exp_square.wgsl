// e^(−x²) in parts, x² in two floats: from 10.5 on a number below 2^-158.
fn exp_square_parts(x: real) -> ExpParts {
  let size = bounded_magnitude(x, 0x41280000);
  let square = barrier(size * size);
  return exp_parts(-square, -two_product_error(size, size, square));
}
