// sin(factor·x + shift·π/4) in two floats, for shift 0, 1 and 2 (the cosine) and |factor| below 2^11, factor·x being carried in
// two floats.
//
// Method: r = a − j·π/4 with |r| <= π/4, then a polynomial. Up to 200, j·π/4 is taken off in three parts, the first two exact with
// their differences' errors kept (Cody-Waite). Beyond, a·2/π mod 4 is a product of integers: 24 bits of a by the 96 bits of 2/π
// that matter for its exponent, of which 64 bits are kept (Payne & Hanek, SIGNUM Newsletter 18, 1983).
// Error: high + low to 2^-27 of it, also beside the zeros, of the sine for a factor within 2^-47 of the given one, or the very one
// where that is a float32. ±∞ and NaN give garbage.
// Coefficients, and their errors: test/goldens/coefficients.py (near-minimax).
const SINE_SPLIT: f32 = 200.0;
const SINE_TWO_OVER_PI: f32 = 0x1.45f306p-1;
const SINE_EIGHTH_HIGH: f32 = 0x1.921ep-1;      // π/4 in parts of 16, 16 and 24 bits
const SINE_EIGHTH_MIDDLE: f32 = 0x1.b544p-17;
const SINE_EIGHTH_LOW: f32 = 0x1.0b4612p-35;
const SINE_QUARTER: f32 = 0x1.921fb6p+0;        // π/2 in two floats
const SINE_QUARTER_LOW: f32 = -0x1.777a5cp-25;

struct SineParts { high: real, low: real }
struct SineAngle { r: real, low: real, quadrant: bits }
// A number of quadrants mod 4 in units of 2^-62: high·2^32 + low
struct SineTurn { high: bits, low: bits }

fn sine_of_product(x: real, factor: parameter, shift: f32) -> SineParts {
  // the product may overflow: then 2^16 is left out of it
  let is_large = (abs(x) > real(0x1p100)) & (abs(real(factor.x)) > real(1.0));
  let scaled = select(x, x * 0x1p-16, is_large);
  let a = barrier(scaled * factor.x);
  return sine_parts(a, product_error(scaled, factor, a), shift, select(bits(0u), bits(16u), is_large));
}

// sin((a + a_low)·2^lift + shift·π/4), lift 0 up to 200
fn sine_parts(a: real, a_low: real, shift: f32, lift: bits) -> SineParts {
  let near = sine_near_angle(a, a_low, shift);
  let is_far = abs(a) > real(SINE_SPLIT);
  if (any(is_far)) {
    let far = sine_far_angle(a, a_low, shift, lift);
    return sine_of_angle(SineAngle(select(near.r, far.r, is_far), select(near.low, far.low, is_far),
      select(near.quadrant, far.quadrant, is_far)));
  }
  return sine_of_angle(near);
}

fn sine_of_angle(angle: SineAngle) -> SineParts {
  let r = angle.r;
  let square = barrier(r * r);
  let slope = barrier(-0x1.555556p-3 + square * (0x1.11117p-7 + square * (-0x1.a0543ap-13 + square * 0x1.7ab978p-19)));
  let sine = barrier(barrier(r * square) * slope) + angle.low * (1.0 - 0.5 * square);
  let fall = barrier(1.0 - 0.5 * square);
  let square_low = two_product_error(r, r, square) + 2.0 * (r * angle.low);
  let cosine = (barrier(1.0 - fall) - 0.5 * square)
    + ((square * square) * (0x1.55554ap-5 + square * (-0x1.6c0c26p-10 + square * 0x1.99e71ep-16)) - 0.5 * square_low);
  let is_odd = (angle.quadrant & bits(1u)) != bits(0u);
  let first = select(r, fall, is_odd);
  let rest = select(sine, cosine, is_odd);
  let high = barrier(first + rest);
  let low = barrier(first - high) + rest;
  let sign = (angle.quadrant & bits(2u)) << bits(30u);
  return SineParts(bitcast<real>(bitcast<bits>(high) ^ sign), bitcast<real>(bitcast<bits>(low) ^ sign));
}

fn sine_near_angle(a: real, a_low: real, shift: f32) -> SineAngle {
  let quadrant = floor(a * SINE_TWO_OVER_PI + (0.5 * shift + 0.5));
  let eighths = shift - 2.0 * quadrant;
  let first = barrier(eighths * SINE_EIGHTH_HIGH);
  let second = barrier(eighths * SINE_EIGHTH_MIDDLE);
  let upper = barrier(a + first);
  let middle = barrier(upper + second);
  // a_low too may cancel what is left
  let lower = barrier(middle + a_low);
  let rest = barrier(((two_sum_error(a, first, upper) + two_sum_error(upper, second, middle))
    + two_sum_error(middle, a_low, lower)) + eighths * SINE_EIGHTH_LOW);
  let r = barrier(lower + rest);
  return SineAngle(r, barrier(lower - r) + rest, bitcast<bits>(ints(quadrant)));
}

fn sine_far_angle(a: real, a_low: real, shift: f32, lift: bits) -> SineAngle {
  let main = sine_turn(a, lift);
  // a small a_low joins the angle as it is
  let is_small = abs(a_low) < real(0.25);
  let other = sine_turn(select(a_low, real(0.0), is_small), lift);
  let low = main.low + other.low;
  let carry = select(bits(0u), bits(1u), low < main.low);
  let high = ((main.high + other.high) + carry) + bits(u32(shift) * 0x20000000u);
  let quadrant = (high + bits(0x20000000u)) >> bits(30u);
  // what is left, within half a quadrant, as three exact parts of 16, 16 and 24 bits
  let left = high - (quadrant << bits(30u));
  let upper = real(bitcast<ints>(left) >> bits(14u)) * 0x1p-16;
  let middle = real(((left & bits(0x3fffu)) << bits(2u)) | (low >> bits(30u))) * 0x1p-32;
  let lower = real((low >> bits(6u)) & bits(0xffffffu)) * 0x1p-56;
  let sum = barrier(upper + middle);
  let rest = (barrier(upper - sum) + middle) + lower;
  let turn = barrier(sum + rest);
  let turn_low = barrier(sum - turn) + rest;
  let r = barrier(turn * SINE_QUARTER);
  let r_low = two_product_error(turn, real(SINE_QUARTER), r) + (turn * SINE_QUARTER_LOW + turn_low * SINE_QUARTER);
  let angle = barrier(r + select(real(0.0), a_low, is_small));
  let angle_low = two_sum_error(r, select(real(0.0), a_low, is_small), angle) + r_low;
  return SineAngle(angle, angle_low, quadrant);
}

// a·2^lift·2/π mod 4 for |a| >= 2^-7, and 0 for 0
fn sine_turn(a: real, lift: bits) -> SineTurn {
  let pattern = bitcast<bits>(a) & bits(0x7fffffffu);
  // where the bits of 2/π begin, a word of zeros before its first one, that give the last two bits of whole quadrants
  let position = (pattern >> bits(23u)) + lift - bits(120u);
  let word = position >> bits(5u);
  let shift = position & bits(31u);
  let first = sine_word(word, 0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u);
  let second = sine_word(word, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u);
  let third = sine_word(word, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u);
  let fourth = sine_word(word, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
  let back = bits(31u) - shift;
  let upper = (first << shift) | ((second >> bits(1u)) >> back);
  let middle = (second << shift) | ((third >> bits(1u)) >> back);
  let lower = (third << shift) | ((fourth >> bits(1u)) >> back);
  // the product's digits of 16 bits, from the fifth up; the significand has two, the upper one of 8 bits
  let half = bits(0xffffu);
  let significand = (pattern & bits(0x007fffffu)) | bits(0x00800000u);
  let large = significand >> bits(16u);
  let small = significand & half;
  let product_1 = small * (upper & half);
  let product_2 = small * (middle >> bits(16u));
  let product_3 = small * (middle & half);
  let product_4 = small * (lower >> bits(16u));
  let digit_4 = ((product_4 & half) + ((small * (lower & half)) >> bits(16u))) + large * (lower & half);
  let digit_3 = ((product_3 & half) + (product_4 >> bits(16u))) + (large * (lower >> bits(16u)) + (digit_4 >> bits(16u)));
  let digit_2 = ((product_2 & half) + (product_3 >> bits(16u))) + (large * (middle & half) + (digit_3 >> bits(16u)));
  let digit_1 = ((product_1 & half) + (product_2 >> bits(16u))) + (large * (middle >> bits(16u)) + (digit_2 >> bits(16u)));
  let digit_0 = (small * (upper >> bits(16u)) + (product_1 >> bits(16u))) + (large * (upper & half) + (digit_1 >> bits(16u)));
  let high = (digit_0 << bits(16u)) | (digit_1 & half);
  let low = (digit_2 << bits(16u)) | (digit_3 & half);
  // −(high, low) is ~high + carry, ~low + 1
  let is_minus = bitcast<ints>(a) < ints(0);
  let minus_high = ~high + select(bits(0u), bits(1u), low == bits(0u));
  let is_zero = pattern == bits(0u);
  return SineTurn(select(select(high, minus_high, is_minus), bits(0u), is_zero),
    select(select(low, ~low + bits(1u), is_minus), bits(0u), is_zero));
}

fn sine_word(word: bits, a: u32, b: u32, c: u32, d: u32, e: u32) -> bits {
  let lower = select(select(bits(a), bits(b), word == bits(1u)), bits(c), word == bits(2u));
  return select(select(lower, bits(d), word == bits(3u)), bits(e), word == bits(4u));
}
