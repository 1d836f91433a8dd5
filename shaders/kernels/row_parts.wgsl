// e to the power of row_difference (row_scaled.wgsl, row_logits.wgsl).
alias Origin = f32;
fn origin_of(maximum: f32) -> Origin { return maximum; }

fn row_parts(x: Logit, maximum: Origin) -> ExpParts {
  let exponent = row_difference(x, maximum);
  return exp_parts_below(exponent.high, exponent.low);
}
