// A sink is one more term of a row's sum, e^sink, which belongs to no column: one value for each params.last_row rows. Joined with
// it: sink_of, row_known_sink.wgsl, row_plain.wgsl or its like, the function's row_scale, IS_LOGARITHM (that is ln Σ, not 1/Σ).

// What is known of a row, the sink's part of its sum, and ln Σe^logit with the sink.
struct Known { row: Row, share: f32, log_sum_exp: f32 }

fn nan_row(log_sum_exp: f32) -> Known {
  return Known(Row(0.0, 0.0, 0.0, 0x7fc00000u), bitcast<f32>(0x7fc00000u | params.zero), log_sum_exp);
}

fn empty_row(log_sum_exp: f32) -> Known {
  if ((params.slab & 1u) == 1u) { return Known(Row(0.0, 0.0, 0.0, EMPTY), 0.0, log_sum_exp); }
  return Known(Row(0.0, 0.0, 0.0, 0x7fc00000u | EMPTY), bitcast<f32>(0x7fc00000u | params.zero), log_sum_exp);
}

fn known_row(index: u32, found: Row) -> Known {
  let own = sink_of(index);
  let own_bits = bitcast<u32>(own);
  let is_none = own_bits == 0xff800000u;
  if (found.special > EMPTY) { return nan_row(found.maximum); }
  if (!is_none && ((own_bits & 0x7f800000u) == 0x7f800000u)) { return nan_row(own); }
  if (is_none && (found.special == EMPTY)) { return empty_row(own); }
  if (found.special == EMPTY) {
    let scale = row_scale(Total(1.0, 0.0), found.maximum);
    return Known(Row(found.maximum, scale.high, scale.low, 0u), 1.0, own);
  }
  var sum = Total(found.high, found.low);
  var share = 0.0;
  let base = row_exponent(found.maximum);
  if (!is_none) {
    // sink - scale·m: what the sink adds to Σe^(x-m) is e to the power of that
    let above = total_normal(total_sum(Total(own, 0.0), Total(-base.high, -base.low)));
    // beyond that the sum is the sink's, and 1/Σ below 2^-126
    if (order_of(above.high) > order_of(select(87.4, 60.0, IS_LOGARITHM))) {
      var offset = Total();
      if (IS_LOGARITHM) { offset = row_offset(found.maximum, above); }
      return Known(Row(found.maximum, offset.high, offset.low, 0u), 1.0, own);
    }
    if (order_of(above.high) > order_of(-87.0)) {
      let parts = exp_parts(real(above.high), real(above.low));
      let power = lane_real(power_of_two(parts.power), 0u);
      let term = total_normal(Total(power, power * lane_real(parts.first + parts.rest, 0u)));
      sum = total_normal(total_sum(sum, term));
      share = term.high / sum.high;
    }
  }
  let scale = row_scale(sum, found.maximum);
  let log_sum_exp = total_sum(base, total_logarithm(sum));
  return Known(Row(found.maximum, scale.high, scale.low, 0u), share, log_sum_exp.high + log_sum_exp.low);
}
