// propagate_nan(x, result): a NaN wherever x is one, result elsewhere.
// The test reads bits, because WGSL lets a compiler assume that no NaN occurs: `x != x` is false on some adapters.
// x itself is what is returned for NaN, never an expression of it, so nothing can be folded away.
fn propagate_nan(x: real, result: real) -> real {
  return select(result, x, bitcast<ints>(bitcast<bits>(x) & bits(0x7fffffffu)) > ints(0x7f800000));
}
