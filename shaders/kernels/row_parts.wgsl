// e to the power of row_difference (row_scaled.wgsl, row_logits.wgsl).
const ROW_END: u32 = 0xc2b00000u;  // -88, as in exp_difference.wgsl

fn row_parts(x: Logit, maximum: f32) -> ExpParts {
  let exponent = row_difference(x, maximum);
  let near = bitcast<bits>(exponent.high) < bits(ROW_END);
  let high = bitcast<real>(min(bitcast<bits>(exponent.high), bits(ROW_END)));
  return exp_parts(high, select(real(0.0), exponent.low, near));
}

fn row_exponential(x: Logit, maximum: f32) -> real {
  let parts = row_parts(x, maximum);
  return power_of_two(max(parts.power, real(-127.0))) * (1.0 + barrier(parts.first + parts.rest));
}
