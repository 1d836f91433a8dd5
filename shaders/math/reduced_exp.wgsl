// The two halves of an exponential, for callers that keep e^v as 2^n·(1 + fraction), v = n·ln 2 + r, so that the rounding
// of 1 + fraction never happens or lands in a smaller term.
const REDUCED_EXP_LOG2_E: f32 = 1.44269502162933349609375;
const REDUCED_EXP_LN2_HI: f32 = 0.693145751953125;
const REDUCED_EXP_LN2_LO: f32 = 1.428606765330187045037746429443359375e-6;

// e^r - 1 for |r| <= 0.3475: r + r²·q(r), q of degree 4, 0.13·2^-24 absolute, from reduced_exp.sollya.
fn reduced_expm1(r: real) -> real {
  let q = 0.5 + r * (0.1666657626628875732421875 + r * (4.166646301746368408203125e-2
    + r * (8.36329720914363861083984375e-3 + r * 1.39353540726006031036376953125e-3)));
  return r + (r * r) * q;
}

// 2^n for whole n in [-127, 127], where 2^-127 becomes 0.
// Adding 1.5·2^23 + 127 leaves the biased exponent in the lowest bits of the sum; the product by 2^23 is a shift, which
// SwiftShader runs five times slower.
fn power_of_two(n: real) -> real {
  return bitcast<real>(bitcast<bits>(n + 12583039.0) * bits(0x800000u));
}
