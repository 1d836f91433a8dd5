// One group of a gated pass: y = activate(gate + bias) · up. Joined with it: the tensors, gated_apart or gated_halves,
// gate_at and up_at (where gate and up are read), up_value and flattened_up (a unit's own function of up), upstream, biased, value_at, derivative_at, both_at, tail_at and HAS_TAIL.
//
// A product may be finite or normal where single factors are not: they are then multiplied with their exponents apart, where
// some element of the group needs it. The bits of the others are the same either way.
override careful: bool = true;

// activate(gate), and what activate′(gate) is, with the exponent apart
fn extended_value(gate: real, value: real, i: u32) -> Extended {
  let tail = tail_at(gate, i);
  // Near 0 the value, or a step to it, may be flushed. A function that is straight there is x·f′(0), of x's bits.
  let slope = derivative_at(gate, i);
  let is_lost = (magnitude(gate) < ints(TAIL_SIZE)) & (magnitude(value) < ints(0x02800000));  // 2^-122
  let is_near = is_lost & (magnitude(slope) >= ints(0x2b800000));  // 2^-40: of x² it is less
  return extended_product(extended(select(real(1.0), slope, is_near)), extended_tail(tail, tail.value, select(value, gate, is_near)));
}

fn extended_slope(gate: real, slope: real, i: u32) -> Extended {
  let tail = tail_at(gate, i);
  return extended_tail(tail, tail.derivative, slope);
}

fn is_tiny(result: real) -> logic { return magnitude(result) < ints(select(0, TAIL_SIZE, HAS_TAIL)); }

fn forward_group(i: u32) {
  let gate_i = biased(gate_at(i), i);
  let up_i = up_value(up_at(i), i);
  let value = value_at(gate_i, i);
  var y_i = value * up_i;
  if (careful) {
    if (any(is_tiny(value) | is_flushed(gate_i) | is_flushed(up_i))) {
      y_i = narrowed(extended_product(extended_value(gate_i, value, i), extended(up_i)));
    }
  }
  store_y(i, y_i);
}

const GATED_LARGE: i32 = 0x7e800000;  // 2^126, beyond which the product with a slope up to 4 might overflow

fn backward_group(i: u32) -> Slope {
  let slope = slope_at(i);
  write_gradients(i, slope.gradient.first * slope.gradient.second, slope.d_up);
  return slope;
}

// Where an activation has no function for both.
fn apart_at(x: real, i: u32) -> Both { return both(value_at(x, i), derivative_at(x, i)); }

fn slope_at(i: u32) -> Slope {
  let gate_i = biased(gate_at(i), i);
  let own_up = up_at(i);
  let up_i = up_value(own_up, i);
  let dy_i = upstream(i);
  let at_gate = both_at(gate_i, i);
  let value = at_gate.value;
  let derivative = at_gate.derivative;
  // of dy and up the larger first: the product with f′ is then below 2^-126 only if that of all three is
  let is_larger = magnitude(dy_i) > magnitude(up_i);
  var slope = Slope(gate_i, select(up_i, dy_i, is_larger), select(dy_i, up_i, is_larger), Term(), dy_i * value);
  slope.gradient = term_of(slope, derivative, flat);
  if (careful) {
    let is_lost = is_tiny(value) | is_tiny(derivative) | is_flushed(gate_i) | is_flushed(up_i) | is_flushed(dy_i);
    if (any(is_lost | (magnitude(slope.larger) >= ints(GATED_LARGE)))) {
      let larger = flattened(slope.larger, derivative, flat);
      let smaller = select(slope.smaller, real(0.0), larger == real(0.0));
      let rest = extended_product(extended(larger), extended_slope(gate_i, derivative, i));
      slope.gradient = Term(narrowed(extended_product(rest, extended(smaller))), real(1.0));
      slope.d_up = narrowed(extended_product(extended(dy_i), extended_value(gate_i, value, i)));
    }
  }
  slope.d_up = flattened_up(own_up, slope.d_up, i);
  return slope;
}

fn term_of(slope: Slope, derivative: real, is_flat: bool) -> Term {
  let larger = flattened(slope.larger, derivative, is_flat);
  return Term(larger * derivative, select(slope.smaller, real(0.0), larger == real(0.0)));
}
