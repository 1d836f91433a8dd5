// Parts of x·Φ(x), Φ the Gaussian distribution function, and of its derivative; a = |x| throughout.
//
// Method: beyond GAUSSIAN_SPLIT a·Φ(-a) = e^(-a²/2)·G(a), G a polynomial in (a - c)/(a + 2), which is 0 where G varies most,
// so that the quotient's rounding hardly shows. Below it, Φ is a polynomial: 11/32 of x are taken off exactly, and the rest
// is too small for its roundings to count. The derivative has its root factored out in the same manner.
// Coefficients, and the errors of the polynomials: erfc.sollya (minimax, Brisebarre and Chevillard's fpminimax).
const GAUSSIAN_SPLIT: f32 = 1.0;
const GAUSSIAN_HALF_LOG2_E: f32 = 0x1.715476p-1;
const GAUSSIAN_TAIL: f32 = 0x1.3d43d4p-2;
const GAUSSIAN_DENSITY: f32 = 0x1.988p-2;          // 1/√(2π) in two parts, the first of 10 bits
const GAUSSIAN_DENSITY_LOW: f32 = 0x1.14cf5p-16;
const GAUSSIAN_ROOT: f32 = 0x1.80ead2p-1;          // r of Φ(-r) = r·φ(r)
const GAUSSIAN_ROOT_HIGH: f32 = 0x1.80ep-1;        // the multiple of 2^-12 below it, and what that leaves
const GAUSSIAN_ROOT_LOW: f32 = 0x1.5a4p-14;
const GAUSSIAN_ROOT_REST: f32 = -0x1.6737dap-28;   // what GAUSSIAN_ROOT leaves of r, times the slope there

// The upper 12 bits of x: products of two such are exact.
fn upper_half(x: real) -> real {
  return bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
}

// e^(-a²/2) for a <= 19, its argument in two floats: the upper half of a has an exact square.
fn gaussian_parts(a: real) -> ExpParts {
  let power = floor(0.5 - (a * a) * GAUSSIAN_HALF_LOG2_E);
  let upper = upper_half(a);
  let half = -0.5 * upper;
  let first = barrier(half * upper - power * EXP_LN2_HIGH);
  let low = (a - upper) * (half - 0.5 * a) - power * EXP_LN2_LOW;
  let r = first + low;
  return ExpParts(power, first, low + (r * r) * exp_quotient(r));
}

// a·Φ(-a)·e^(a²/2) - GAUSSIAN_TAIL for a in [1, 13.35]
fn gaussian_tail(a: real) -> real {
  let v = (a - 1.5166015625) / (a + 2.0);
  return v * (0x1.f1f6aep-3 + v * (-0x1.af13a8p-3 + v * (0x1.0d34bap-5 + v * (0x1.0a4d06p-5
    + v * (-0x1.491352p-11 + v * (-0x1.c918d8p-8 + v * (-0x1.3dec22p-8 + v * 0x1.d16882p-9)))))));
}

// Φ(x) for a <= 1
fn gaussian_center(x: real) -> real {
  let high = floor(x * 256.0) * 0x1p-8;
  let square = x * x;
  let rest = 0x1.c4229ap-5 + square * (-0x1.105834p-4 + square * (0x1.46ce9ap-7
    + square * (-0x1.37025ep-10 + square * (0x1.dc4be6p-14 + square * -0x1.01a7c8p-17))));
  return barrier(0.5 + 0.34375 * high) + barrier(0.34375 * barrier(x - high) + x * rest);
}

// (x·Φ)'(x) - 1/2 for a <= 0.3
fn gaussian_slope_near_zero(x: real) -> real {
  let square = x * x;
  return x * (0x1.988454p-1 + square * (-0x1.1058b4p-2 + square * (0x1.ea7fe8p-5 + square * -0x1.39f5ap-7)));
}

// (x·Φ)'(-a) for a in [0.29, 1.29]
fn gaussian_slope_center(a: real) -> real {
  let distance = GAUSSIAN_ROOT - a;
  let rest = 0x1.67663ep-4 + distance * (0x1.8d9a92p-2 + distance * (-0x1.2a2f54p-6
    + distance * (-0x1.d2f8c8p-4 + distance * (-0x1.e40214p-7 + distance * (0x1.3de32p-6
    + distance * (0x1.2936dap-8 + distance * (-0x1.183b5ap-9 + distance * -0x1.77bfd8p-11)))))));
  let high = floor(a * 4096.0) * 0x1p-12;
  let low = barrier(GAUSSIAN_ROOT_LOW - barrier(a - high));
  return 0.34375 * barrier(GAUSSIAN_ROOT_HIGH - high) + (0.34375 * low + (distance * rest + GAUSSIAN_ROOT_REST));
}

// (x·Φ)'(-a)·e^(a²/2) for a in [1.25, 13.5] as the sum of an exact `steep` and `rest`, tail being gaussian_tail(a)
struct GaussianSlope { steep: real, rest: real }

fn gaussian_slope_tail(a: real, tail: real) -> GaussianSlope {
  let upper = upper_half(a);
  let mills = (GAUSSIAN_TAIL + tail) / a;
  return GaussianSlope(-GAUSSIAN_DENSITY * upper,
    mills - (GAUSSIAN_DENSITY * barrier(a - upper) + GAUSSIAN_DENSITY_LOW * a));
}
