// ln Σe^logit of each row is known, so that y follows from x at once. Joined with it: saved_log_sum_exp, sink_of, row_sink.wgsl.
fn saved_row(index: u32) -> Known {
  let saved = saved_log_sum_exp[params.first_row + index];
  let saved_bits = bitcast<u32>(saved);
  if (saved_bits == 0xff800000u) { return empty_row(saved); }
  if ((saved_bits & 0x7f800000u) == 0x7f800000u) { return nan_row(saved); }
  let share = lane_real(exp_difference(real(sink_of(index)), exp_origin(saved)), 0u);
  return Known(Row(saved, select(1.0, saved, IS_LOGARITHM), 0.0, 0u), share, saved);
}
