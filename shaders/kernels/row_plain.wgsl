// x - m as the exponent of a row, in two floats, but for -∞.
fn row_difference(x: real, maximum: f32) -> Sum {
  let difference = x - maximum;
  let error = two_sum_error(x, real(-maximum), difference);
  return Sum(difference, select(error, real(0.0), bitcast<bits>(difference) == bits(0xff800000u)));
}

fn row_parts(x: real, maximum: f32) -> ExpParts { return exp_difference_parts(x, maximum); }
fn row_exponential(x: real, maximum: f32) -> real { return exp_difference(x, maximum); }
fn row_scaled(gradient: real, logit: Logit) -> real { return gradient; }
