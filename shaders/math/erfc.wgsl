// Parts of the Gaussian distribution function Φ for a = |x| <= 16.
const ERFC_HALF_LOG2_E: f32 = 0.721347510814666748046875;
const ERFC_SPLIT: f32 = 1.0;

// The upper 12 bits: products of two such are exact.
fn erfc_upper(x: real) -> real {
  return bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
}

// e^(-a²/2) = 2^power·(1 + first + rest). The upper 12 bits of a have an exact square, so a² is carried as two floats.
fn gaussian_parts(a: real) -> ExpParts {
  let power = round((a * a) * -ERFC_HALF_LOG2_E);
  let upper = erfc_upper(a);
  let half = -0.5 * upper;
  let first = barrier(half * upper - power * EXP_LN2_HIGH);
  let low = (a - upper) * (half - 0.5 * a) - power * EXP_LN2_LOW;
  let r = first + low;
  return ExpParts(power, first, low + (r * r) * exp_quotient(r));
}

// a·Φ(-a)·e^(a²/2) - ERFC_TAIL for a in [1, 13.4]
const ERFC_TAIL: f32 = 0.30867099761962890625;
fn gaussian_tail(a: real) -> real {
  let v = (a - 1.5) / (a + 2.0625);
  return v * (0.2507065236568450927734375 + v * (-0.2251059114933013916015625 + v * (4.2441345751285552978515625e-2
    + v * (3.3525682985782623291015625e-2 + v * (-2.78787943534553050994873046875e-3
    + v * (-8.492588065564632415771484375e-3 + v * (-3.2855882309377193450927734375e-3
    + v * 3.28718428499996662139892578125e-3)))))));
}

// Φ(x) for |x| <= 1. 11/32 of every product is exact; what remains is too small for its rounding to count.
fn gaussian_center(x: real) -> real {
  let upper = round(x * 256.0) * 0.00390625;
  let square = x * x;
  let rest = 5.51922805607318878173828125e-2 + square * (-6.649036705493927001953125e-2
    + square * (9.973359294235706329345703125e-3 + square * (-1.186406123451888561248779296875e-3
    + square * (1.135579295805655419826507568359375e-4 + square * -7.67872916185297071933746337890625e-6))));
  return barrier(0.5 + 0.34375 * upper) + (0.34375 * (x - upper) + x * rest);
}
