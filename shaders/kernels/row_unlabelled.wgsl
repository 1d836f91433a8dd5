// Of a value of x alone. Joined with it: row_value.wgsl, and the function's row_result, row_slope.
fn rest_of(place: Place, row: Row, kept: ptr<function, array<real, KEPT>>) -> Total { return Total(); }
fn combined_rest(row: u32) -> Total { return Total(); }

fn result_of(index: u32, row: Row, rest: Total) -> f32 { return row_result(log_sum_exp_of(row)); }

fn slope_of(index: u32, row: Row) -> RowSlope {
  let dy = row_dy[params.first_row + index];
  return RowSlope(total_inverse(Total(row.high, row.low)), dy, 0.0, 0, row.special);
}

fn slope_at(place: Place, i: u32, softmax: real, slope: RowSlope) -> real {
  return bitcast<real>(bitcast<bits>(row_slope(softmax, slope.dy)) | bits(slope.special));
}
