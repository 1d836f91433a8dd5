// e^(x - maximum) for x <= maximum: what softmax is made of.
//
// Method: x - maximum in two floats by two-sum, so that its rounding, up to 44 ULP of the result, is not lost. Below -88 the
// result would be under 2^-126 and is 0; the minimum on bits, which rise with the size of a number below zero, takes -∞
// there too. Error: 0.55 ULP from the rounding of 1 + fraction. Special rows (maximum NaN or ±∞) give garbage.
const EXP_DIFFERENCE_END: u32 = 0xc2b00000u;  // -88

fn exp_difference_parts(x: real, maximum: f32) -> ExpParts {
  let difference = x - maximum;
  let near = bitcast<bits>(difference) < bits(EXP_DIFFERENCE_END);
  let low = select(real(0.0), two_sum_error(x, real(-maximum), difference), near);
  return exp_parts(bitcast<real>(min(bitcast<bits>(difference), bits(EXP_DIFFERENCE_END))), low);
}

fn exp_difference(x: real, maximum: f32) -> real {
  let parts = exp_difference_parts(x, maximum);
  return power_of_two(max(parts.power, real(-127.0))) * (1.0 + barrier(parts.first + parts.rest));
}
