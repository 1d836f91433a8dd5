// The sine of factor·x + shift·π/2, and its square, in two floats, for shift 0, ½ and 1 (the cosine) and |factor| below 2^11,
// factor·x being carried in two floats.
//
// Method: r = a − j·π/2 with |r| <= π/4, then a polynomial. Up to 200, j·π/2 is taken off in three parts, the first two with
// what their differences lose (Cody-Waite). Beyond, a·2/π mod 4 is a product of integers: 24 bits of a by the 96 bits of 2/π
// that matter for its exponent, of which 64 bits are kept (Payne & Hanek, SIGNUM Newsletter 18, 1983). It goes by lane in loops,
// since few numbers are so large: a CPU computes both sides of a branch for all lanes, and at least one round of a loop.
// Error: high + low to 2^-25 of it, also beside the zeros, of the sine for a factor within 2^-47 of the given one, or the very one
// where that is a float32. ±∞ and NaN give garbage.
// Coefficients, and their errors: test/goldens/coefficients.py (near-minimax).
const SINE_SPLIT: f32 = 200.0;
const SINE_TWO_OVER_PI: f32 = 0x1.45f306p-1;
const SINE_QUARTER_HIGH: f32 = 0x1.921ep+0;     // π/2 in parts of 16, 16 and 24 bits
const SINE_QUARTER_MIDDLE: f32 = 0x1.b544p-16;
const SINE_QUARTER_LOWEST: f32 = 0x1.0b4612p-34;
const SINE_QUARTER: f32 = 0x1.921fb6p+0;        // π/2 in two floats
const SINE_QUARTER_LOW: f32 = -0x1.777a5cp-25;
const SINE_QUARTER_UPPER: f32 = 0x1.92p+0;      // the first in two parts of 12 bits
const SINE_QUARTER_LOWER: f32 = 0x1.fb6p-12;

struct SineParts { high: real, low: real }
// The quadrant mod 4 stands in the two upper bits.
struct SineAngle { r: real, low: real, quadrant: bits }
// A number of quadrants mod 4 in units of 2^-62: high·2^32 + low
struct SineTurn { high: u32, low: u32 }

// factor·x + shift·π/2; with a factor that is known to be 1 the product is left out.
fn sine_angle(x: real, factor: parameter, is_one: bool, shift: f32) -> SineAngle {
  var a = x;
  var a_low = real(0.0);
  var lift = bits(0u);
  if (!is_one) {
    // the product may overflow: then 2^16 is left out of it
    let is_large = (abs(x) > real(0x1p100)) & (abs(real(factor.x)) > real(1.0));
    let scaled = select(x, x * 0x1p-16, is_large);
    a = barrier(scaled * factor.x);
    a_low = product_error(scaled, factor, a);
    lift = select(lift, bits(16u), is_large);
  }
  var angle = sine_near_angle(a, a_low, is_one, shift);
  let is_far = abs(a) > real(SINE_SPLIT);
  if (any(is_far)) { angle = sine_far_angle(angle, a, a_low, shift, lift, is_far); }
  return angle;
}

fn sine_of_angle(angle: SineAngle) -> SineParts {
  let r = angle.r;
  let square = sine_angle_square(angle);
  let whole = square.high + square.low;
  let slope = barrier(-0x1.555556p-3 + whole * (0x1.11117p-7 + whole * (-0x1.a0543ap-13 + whole * 0x1.7ab978p-19)));
  let half = 0.5 * square.high;
  let fall = barrier(1.0 - half);
  let sine = barrier(r * whole) * slope + angle.low * fall;
  let cosine = (barrier(1.0 - fall) - half)
    + ((whole * whole) * (0x1.55554ap-5 + whole * (-0x1.6c0c26p-10 + whole * 0x1.99e71ep-16)) - 0.5 * square.low);
  let is_odd = (angle.quadrant & bits(0x40000000u)) != bits(0u);
  let first = select(r, fall, is_odd);
  let rest = select(sine, cosine, is_odd);
  let high = barrier(first + rest);
  let low = barrier(first - high) + rest;
  let sign = angle.quadrant & bits(0x80000000u);
  return SineParts(bitcast<real>(bitcast<bits>(high) ^ sign), bitcast<real>(bitcast<bits>(low) ^ sign));
}

// sin², high + low to 2^-25 of it; high alone is not
fn sine_square_of_angle(angle: SineAngle) -> SineParts {
  let square = sine_angle_square(angle);
  let whole = square.high + square.low;
  let low = square.low + (whole * whole) * (-0x1.555552p-2 + whole * (0x1.6c153ap-5 + whole * (-0x1.9fa72ap-9
    + whole * 0x1.1a626cp-13)));
  let fall = barrier(1.0 - square.high);
  let is_odd = (angle.quadrant & bits(0x40000000u)) != bits(0u);
  return SineParts(select(square.high, fall, is_odd), select(low, barrier(barrier(1.0 - fall) - square.high) - low, is_odd));
}

// (r + low)², high being the exact square of the leading bits
fn sine_angle_square(angle: SineAngle) -> SineParts {
  let upper = upper_half(angle.r);
  return SineParts(upper * upper, barrier(angle.r - upper) * (angle.r + upper) + 2.0 * (angle.r * angle.low));
}

// Of the first two differences one term is at least as large as the other, or they are exact: one below 2^-8 has fewer than 24
// bits. The first is exact but for half quarters.
fn sine_near_angle(a: real, a_low: real, is_one: bool, shift: f32) -> SineAngle {
  let quarters = floor(a * SINE_TWO_OVER_PI + (shift + 0.5));
  let steps = barrier(quarters - shift);
  let first = steps * SINE_QUARTER_HIGH;
  let second = barrier(steps * SINE_QUARTER_MIDDLE);
  let upper = barrier(a - first);
  let middle = barrier(upper - second);
  var lower = middle;
  var lost = barrier(barrier(upper - middle) - second);
  if (shift == 0.5) { lost = lost + barrier(a - barrier(upper + first)); }
  if (!is_one) {
    // a_low too may cancel what is left
    lower = barrier(middle + a_low);
    lost = lost + two_sum_error(middle, a_low, lower);
  }
  let rest = barrier(lost - steps * SINE_QUARTER_LOWEST);
  let r = barrier(lower + rest);
  return SineAngle(r, barrier(lower - r) + rest, bitcast<bits>(ints(quarters)) * bits(0x40000000u));
}

// The near angle, and in the lanes beyond SINE_SPLIT the right one
fn sine_far_angle(near: SineAngle, a: real, a_low: real, shift: f32, lift: bits, is_far: logic) -> SineAngle {
  var angle = near;
  var turn = SineTurn(0u, 0u);
  // a lane has two flags, of a and of an a_low of 2^-7 and more; a smaller one joins the angle as it is
  let lanes = select(bits(0u), LANE_FLAGS, is_far);
  var left = sine_joined(lanes) | sine_joined(select(lanes + lanes, bits(0u), abs(a_low) < real(0x1p-7)));
  while (left != 0u) {
    let flag = left & (~left + 1u);
    left = left ^ flag;
    let is_own = (LANE_FLAGS & bits(flag | (flag >> 1u))) != bits(0u);
    let own = select(bits(0u), bits(0xffffffffu), is_own);
    let low = sine_joined(bitcast<bits>(a_low) & own);
    let is_second = (flag & 0xaau) != 0u;
    let next = sine_turn(select(sine_joined(bitcast<bits>(a) & own), low, is_second), sine_joined(lift & own));
    let sum = next.low + select(0u, turn.low, is_second);
    let carry = select(0u, 1u, sum < next.low);
    turn = SineTurn((next.high + carry) + select(u32(shift * 0x1p30), turn.high, is_second), sum);
    let quadrant = (turn.high + 0x20000000u) & 0xc0000000u;
    let small = select(bitcast<f32>(low), 0.0, abs(bitcast<f32>(low)) >= 0x1p-7);
    let exact = total_sum(sine_angle_of_turn(SineTurn(turn.high - quadrant, turn.low)), Total(small, 0.0));
    angle = SineAngle(select(angle.r, real(exact.high), is_own), select(angle.low, real(exact.low), is_own),
      select(angle.quadrant, bits(quadrant), is_own));
  }
  return angle;
}

// All lanes' bits in one word
fn sine_joined(value: bits) -> u32 {
  return (lane_bits(value, 0u) | lane_bits(value, 1u)) | (lane_bits(value, 2u) | lane_bits(value, 3u));
}

// At most half a quadrant, as an angle: its digits are three exact numbers of 22, 24 and 16 bits.
fn sine_angle_of_turn(turn: SineTurn) -> Total {
  let upper = f32(bitcast<i32>(turn.high & 0xffffff00u)) * 0x1p-30;
  let middle = f32(bitcast<i32>(((turn.high & 0xffu) << 16u) | (turn.low >> 16u))) * 0x1p-46;
  let sum = total_barrier(upper + middle);
  let rest = (total_barrier(upper - sum) + middle) + f32(bitcast<i32>(turn.low & 0xffffu)) * 0x1p-62;
  let high = total_barrier(sum + rest);
  let low = total_barrier(sum - high) + rest;
  let high_upper = bitcast<f32>(bitcast<u32>(high) & 0xfffff000u);
  let high_lower = high - high_upper;
  let angle = total_barrier(high * SINE_QUARTER);
  let first = total_barrier(total_barrier(high_upper * SINE_QUARTER_UPPER - angle) + high_upper * SINE_QUARTER_LOWER);
  let error = total_barrier(first + high_lower * SINE_QUARTER_UPPER) + high_lower * SINE_QUARTER_LOWER;
  return Total(angle, error + (high * SINE_QUARTER_LOW + low * SINE_QUARTER));
}

// a·2^lift·2/π mod 4 for |a| >= 2^-7, given by its bits
fn sine_turn(a: u32, lift: u32) -> SineTurn {
  let pattern = a & 0x7fffffffu;
  // the significand's two digits of 16 bits
  let large = ((pattern >> 16u) & 0x7fu) | 0x80u;
  let small = pattern & 0xffffu;
  // where the bits of 2/π begin, a word of zeros before its first one, that give the last two bits of whole quadrants
  let position = (pattern >> 23u) + lift - 120u;
  let shift = position & 31u;
  // three words of them from there, the last first; the product's upper digits follow
  let end = position >> 5u;
  var place = end + 3u;
  var following = sine_word(place);
  var high = 0u;
  var low = 0u;
  var carry = 0u;
  while (place != end) {
    place = place - 1u;
    let own = sine_word(place);
    let word = (own << shift) | ((following >> 1u) >> (31u - shift));
    following = own;
    let product = small * (word & 0xffffu);
    let product_upper = small * (word >> 16u);
    let middle = ((product >> 16u) + (product_upper & 0xffffu)) + large * (word & 0xffffu);
    low = high;
    high = ((product & 0xffffu) | (middle << 16u)) + carry;
    carry = ((product_upper >> 16u) + (middle >> 16u)) + (large * (word >> 16u) + select(0u, 1u, high < carry));
  }
  // −(high, low) is ~high + carry, ~low + 1
  let is_minus = a > pattern;
  return SineTurn(select(high, ~high + select(0u, 1u, low == 0u), is_minus), select(low, ~low + 1u, is_minus));
}

// The bits of 2/π
fn sine_word(place: u32) -> u32 {
  let upper = select(select(0u, 0xa2f9836eu, place == 1u), select(0x4e441529u, 0xfc2757d1u, place == 3u), place > 1u);
  let lower = select(select(0xf534ddc0u, 0xdb629599u, place == 5u), select(0x3c439041u, 0xfe5163abu, place == 7u), place > 5u);
  return select(upper, lower, place > 3u);
}
