// Parts of the Gaussian distribution function Φ, for a = |x|.
const ERFC_SPLIT: f32 = 1.0;

// min(|x|, limit), limit's pattern given: positive floats are ordered as their patterns are, and integers compare faster.
fn bounded_magnitude(x: real, limit: i32) -> real {
  return bitcast<real>(min(bitcast<ints>(abs(x)), ints(limit)));
}

// The upper 12 bits: products of two such are exact.
fn upper_half(x: real) -> real {
  return bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
}

// e^(-a²/2) = 2^power·(1 + first + rest). The upper 12 bits of a have an exact square, so a² is carried as two floats.
fn gaussian_parts(a: real) -> ExpParts {
  let power = floor(0.5 - (a * a) * 0.721347510814666748046875);
  let upper = upper_half(a);
  let half = -0.5 * upper;
  let first = barrier(half * upper - power * EXP_LN2_HIGH);
  let low = (a - upper) * (half - 0.5 * a) - power * EXP_LN2_LOW;
  let r = first + low;
  return ExpParts(power, first, low + (r * r) * exp_quotient(r));
}

// a·Φ(-a)·e^(a²/2) - ERFC_TAIL for a in [1, 13.35]
const ERFC_TAIL: f32 = 0.309829056262969970703125;
fn gaussian_tail(a: real) -> real {
  let v = (a - 1.5166015625) / (a + 2.0);
  return v * (0.24314628541469573974609375 + v * (-0.210486710071563720703125 + v * (3.28620560467243194580078125e-2
    + v * (3.25074307620525360107421875e-2 + v * (-6.276616477407515048980712890625e-4
    + v * (-6.97474740445613861083984375e-3 + v * (-4.8511107452213764190673828125e-3
    + v * 3.55078303255140781402587890625e-3)))))));
}

// Φ(x) for |x| <= 1. 11/32 of every product is exact; what remains is too small for its rounding to count.
fn gaussian_center(x: real) -> real {
  let upper = floor(x * 256.0) * 0.00390625;
  let square = x * x;
  let rest = 5.51922805607318878173828125e-2 + square * (-6.649036705493927001953125e-2
    + square * (9.973359294235706329345703125e-3 + square * (-1.186406123451888561248779296875e-3
    + square * (1.135579295805655419826507568359375e-4 + square * -7.67872916185297071933746337890625e-6))));
  return barrier(0.5 + 0.34375 * upper) + (0.34375 * (x - upper) + x * rest);
}
