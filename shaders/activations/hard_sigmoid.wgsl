// hard_sigmoid(x) = min(max(alpha·x + beta, 0), 1); derivative alpha where 0 < alpha·x + beta < 1, else 0.
// At most 0.67 and 0.34 ULP for alpha = 1/6, beta = 1/2; any parameters 1.5 and 0.5 of the exact result for parameters
// within 2⁻⁴⁷ of the given ones, which shows where float32 holds an x so close to a zero of alpha·x + beta. Method: line.wgsl.

fn hard_sigmoid(x: real, alpha: parameter, beta: parameter) -> real {
  let parts = line(x, alpha, beta);
  return propagate_nan(x, unit_clamp(parts.sum + parts.error));
}

fn hard_sigmoid_derivative(x: real, alpha: parameter, beta: parameter) -> real {
  let parts = line(x, alpha, beta);
  // the sum's own error decides next to 1, and at beta of 0 or 1 the sign of a product that was flushed to 0
  var least = real(0.0);
  if (!line_is_usual) {
    let lost = (parts.product == real(0.0)) & (magnitude(x) > ints(0)) & (real(alpha.x) != real(0.0));
    let signed = bitcast<real>(bitcast<bits>(x) ^ bitcast<bits>(real(alpha.x)));
    least = select(least, with_sign(real(0x1p-126), signed), lost);
  }
  let error = two_sum_error(parts.product, real(beta.x), parts.sum) + (parts.error + least);
  let inside = (parts.sum + error > real(0.0)) & (barrier(parts.sum - 1.0) + error < real(0.0));
  // ∞ has no error
  return propagate_nan(x, select(real(0.0), real(alpha.x), inside & (magnitude(parts.sum) < ints(0x7f800000))));
}
