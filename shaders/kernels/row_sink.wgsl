// A sink is one more term of a row's sum, e^sink, which belongs to no column: one value for each params.last_row rows. Joined with
// it: sink, row_known_sink.wgsl, row_plain.wgsl or row_scaled.wgsl, the function's row_scale, IS_LOGARITHM (that is ln Σ, not 1/Σ).

// What is known of a row, and the sink's part of its sum.
struct Known { row: Row, share: f32 }

fn known_row(index: u32, found: Row) -> Known {
  let own = sink[(params.first_row + index) / params.last_row];
  let own_bits = bitcast<u32>(own);
  let is_none = own_bits == 0xff800000u;
  let nan = bitcast<f32>(0x7fc00000u | params.zero);
  if ((found.special > EMPTY) || (!is_none && ((own_bits & 0x7f800000u) == 0x7f800000u))) {
    return Known(Row(0.0, 0.0, 0.0, 0x7fc00000u), nan);
  }
  if (is_none && (found.special == EMPTY)) {
    if ((params.slab & 1u) == 1u) { return Known(Row(0.0, 0.0, 0.0, EMPTY), 0.0); }
    return Known(Row(0.0, 0.0, 0.0, 0x7fc00000u), nan);
  }
  var sum = Total(found.high, found.low);
  var share = 0.0;
  if (found.special == EMPTY) {
    sum = Total(1.0, 0.0);
    share = 1.0;
  } else if (!is_none) {
    // sink - scale·m: what the sink adds to Σe^(x-m) is e to the power of that
    let maximum = row_difference(real(found.maximum), 0.0);
    let negative = Total(-lane_real(maximum.high, 0u), -lane_real(maximum.low, 0u));
    let above = total_normal(total_sum(Total(own, 0.0), negative));
    // beyond that the sum is the sink's, and 1/Σ too small to matter
    if (order_of(above.high) > order_of(select(88.0, 60.0, IS_LOGARITHM))) {
      if (IS_LOGARITHM) { return Known(Row(found.maximum, above.high, above.low, 0u), 1.0); }
      return Known(Row(found.maximum, 0.0, 0.0, 0u), 1.0);
    }
    if (order_of(above.high) > order_of(-87.0)) {
      let parts = exp_parts(real(above.high), real(above.low));
      let power = lane_real(power_of_two(parts.power), 0u);
      let term = total_normal(Total(power, power * lane_real(parts.first + parts.rest, 0u)));
      sum = total_normal(total_sum(sum, term));
      share = term.high / sum.high;
    }
  }
  let scale = row_scale(sum);
  return Known(Row(found.maximum, scale.high, scale.low, 0u), share);
}
