// A row's logits are what one float would round: scale·x, held within ±cap by cap·tanh(scale·x/cap) where it caps, and a mask added.
// Joined with it: row_mask.wgsl or row_mask_none.wgsl, row_parts.wgsl, seen_at.
override caps: bool = false;

// high + low, |low| at most half a unit of high and 0 from 2^30 on; once the row's sum is known, `high` is what is kept of the
// element. `slope` is the logit's derivative by x, or HIDDEN.
struct Logit { high: real, low: real, slope: real }

const HIDDEN: f32 = -1.0;      // the mask is -∞: y is what -∞ gives, dx is 0
const LARGEST: f32 = 0x1.fffffep+127;
const LOW_END: i32 = 0x4e800000;  // 2^30: beyond it low could be more than an exponent may grow by

fn logit_of(x: real) -> Logit { return Logit(x, real(0.0), real(params.parameters.x)); }
fn number_of(logit: Logit) -> real { return logit.high; }
fn with_number(logit: Logit, number: real) -> Logit { return Logit(number, logit.low, logit.slope); }
fn is_hidden(logit: Logit) -> logic { return bitcast<bits>(logit.slope) == bits(bitcast<u32>(HIDDEN)); }

fn is_masked(mask_i: real) -> logic { return bitcast<bits>(mask_i) == bits(0xff800000u); }

fn saved_logit(i: u32, y_i: real) -> Logit {
  return Logit(y_i, real(0.0), select(real(params.parameters.x), real(HIDDEN), is_masked(mask_at(i))));
}

fn logit_at(i: u32, x_i: real) -> Logit {
  let scale = params.parameters.xy;
  let product = barrier(x_i * scale.x);
  let error = product_error(x_i, scale, product);
  var logit = Logit(product, select(real(0.0), error, magnitude(product) < ints(INFINITE_KEY)), real(scale.x));
  if (caps) {
    let held = capped(logit.high, logit.low, params.parameters.zw);
    logit = Logit(held.high, held.low, scale.x * held.slope);
  }
  let mask_i = mask_at(i);
  let sum = barrier(logit.high + mask_i);
  let rest = two_sum_error(logit.high, mask_i, sum) + logit.low;
  let near = magnitude(sum) < ints(LOW_END);
  let high = barrier(sum + select(real(0.0), rest, near));
  let low = select(real(0.0), barrier(sum - high) + rest, near);
  let hidden = is_masked(mask_i);
  // a logit of finite numbers stays finite: beyond the largest float32 it is held there
  let is_over = (magnitude(high) == ints(INFINITE_KEY)) & (magnitude(x_i) < ints(INFINITE_KEY)) & (magnitude(mask_i) < ints(INFINITE_KEY));
  let held = select(high, with_sign(real(LARGEST), high), is_over);
  let seen = seen_at(i) & !hidden;
  return Logit(select(minus_infinity(), held, seen), select(real(0.0), low, seen), select(logit.slope, real(HIDDEN), hidden));
}

// logit - m in two floats, but where it is infinite
fn row_difference(x: Logit, maximum: f32) -> Sum {
  let difference = barrier(x.high - maximum);
  let is_finite = magnitude(difference) < ints(INFINITE_KEY);
  let rest = select(real(0.0), two_sum_error(x.high, real(-maximum), difference) + x.low, is_finite);
  let high = barrier(difference + rest);
  return Sum(high, select(real(0.0), barrier(difference - high) + rest, is_finite));
}

fn row_scaled(gradient: real, logit: Logit) -> real { return gradient * logit.slope; }

// As in row_plain.wgsl
fn row_exponent(maximum: f32) -> Total { return Total(maximum, 0.0); }
fn row_offset(maximum: f32, logarithm: Total) -> Total { return total_sum(row_exponent(maximum), logarithm); }
fn row_logarithm(x: Logit, maximum: f32, offset: vec2<f32>) -> real { return (x.high - offset.x) + (x.low - offset.y); }
