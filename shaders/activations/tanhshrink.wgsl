fn tanhshrink(x: real) -> real {
  return propagate_nan(x, select(tanhshrink_large(x), tanhshrink_small(x), abs(x) < real(1.15)));
}
