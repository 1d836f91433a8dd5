// Products whose factors leave float32's range although they themselves need not: numbers as fraction·2^power, the size of
// fraction in [1, 2) where it comes from a float32. 0, ∞ and NaN are fractions, too.
struct Extended { fraction: real, power: ints }

// Exact, also for subnormals.
fn extended(x: real) -> Extended {
  let size = magnitude(x);
  // the bits of a subnormal are its number of units, 2^-149
  let is_small = size < ints(0x00800000);
  let own = select(size, bitcast<ints>(real(size)), is_small);
  let power = (own >> bits(23u)) - select(ints(127), ints(276), is_small);
  let fraction = with_sign(bitcast<real>((own & ints(0x007fffff)) | ints(0x3f800000)), x);
  let is_whole = (size == ints(0)) | (size >= ints(0x7f800000));
  return Extended(select(fraction, x, is_whole), select(power, ints(0), is_whole));
}

fn extended_product(a: Extended, b: Extended) -> Extended {
  return Extended(a.fraction * b.fraction, a.power + b.power);
}

// The product as one float32: rounded once more only where it is subnormal.
fn narrowed(a: Extended) -> real {
  return scale_by_power(a.fraction, real(clamp(a.power, ints(-252), ints(252))));
}

// Where an activation is far out: f = value·e^(exponent + exponent_low), f′ = derivative·e^(exponent + exponent_low). For
// exponents below TAIL_BEGIN what is left out is below 2^-28 of them.
struct Tail { exponent: real, exponent_low: real, value: real, derivative: real }

const TAIL_BEGIN: f32 = -60.0;
const TAIL_END: f32 = -300.0;  // here no product with a float32 or two is above 2^-126
const TAIL_SIZE: i32 = 0x0d800000;  // 2^-100: a value or derivative of that size lies in the tail, beside a root, or near x = 0

// f or f′ of x in the tail, computed as `plain`: factor is the tail's value or derivative
fn extended_tail(tail: Tail, factor: real, plain: real) -> Extended {
  let is_tail = (magnitude(plain) < ints(TAIL_SIZE)) & (tail.exponent < real(TAIL_BEGIN)) & (tail.exponent > real(TAIL_END));
  let exponent = select(real(0.0), tail.exponent, is_tail);
  let parts = exp_parts(exponent, select(real(0.0), tail.exponent_low, is_tail));
  let scale = Extended(1.0 + (parts.first + parts.rest), ints(parts.power));
  return extended_product(scale, extended(select(plain, factor, is_tail)));
}

// Arithmetic may take x for 0 although it is none.
fn is_flushed(x: real) -> logic {
  return ((bitcast<bits>(x) & bits(0x7fffffffu)) - bits(1u)) < bits(0x007fffffu);
}
