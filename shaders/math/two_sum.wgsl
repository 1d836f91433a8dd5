// The rounding error of sum = a + b, exactly: a + b = sum + two_sum_error(a, b, sum) without overflow.
// Method: Knuth's two-sum, The Art of Computer Programming vol. 2, 4.2.2 theorem B; the barriers keep each difference
// whole under reassociation.
fn two_sum_error(a: real, b: real, sum: real) -> real {
  let rounded = barrier(sum);
  let b_rounded = barrier(rounded - a);
  let a_rounded = barrier(rounded - b_rounded);
  return barrier(a - a_rounded) + barrier(b - b_rounded);
}
