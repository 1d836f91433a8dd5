// Parts of x·Φ(x), Φ the Gaussian distribution function, and of its derivative; a = |x| throughout.
//
// Method: beyond GAUSSIAN_SPLIT a·Φ(-a) = e^(-a²/2)·G(a), G a polynomial in (a - c)/(a + 2), which is 0 where G varies most,
// so that the quotient's rounding hardly shows. Below it, Φ is a polynomial: 11/32 of x are taken off exactly, and the rest
// is too small for its roundings to count. The derivative at -a is e^(-a²/2)·(root - a)·q(a), q a polynomial in (a - 2)/(a + 3.5)
// between 0.4 and 0.67.
// Coefficients, and the errors of the polynomials: erfc.sollya (minimax, Brisebarre and Chevillard's fpminimax).
const GAUSSIAN_SPLIT: f32 = 1.0;
const GAUSSIAN_HALF_LOG2_E: f32 = 0x1.715476p-1;
const GAUSSIAN_TAIL: f32 = 0x1.3d43d4p-2;
const GAUSSIAN_SLOPE: f32 = 0x1.02p-1;
const GAUSSIAN_ROOT_HIGH: f32 = 0x1.80ep-1;        // of r, the root of Φ(-r) = r·φ(r), the multiple of 2^-12 below it
const GAUSSIAN_ROOT_LOW: f32 = 0x1.5a4p-14;        // and what that leaves of r as a float32
const GAUSSIAN_ROOT_REST: f32 = -0x1.dc87p-28;     // what the two leave of r, times the slope there

// e^(-(a + a_low)²/2) for a <= 19, its argument in two floats: the upper half of a has an exact square.
fn gaussian_parts(a: real, a_low: real) -> ExpParts {
  let power = floor(0.5 - (a * a) * GAUSSIAN_HALF_LOG2_E);
  let upper = upper_half(a);
  let half = -0.5 * upper;
  let first = barrier(half * upper - power * EXP_LN2_HIGH);
  let low = (a - upper) * (half - 0.5 * a) - (a * a_low + power * EXP_LN2_LOW);
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

// (x·Φ)'(-a)·e^(a²/2) for a in [0, 13.7] as a sum: (root - a)·(GAUSSIAN_SLOPE + rest), the first product without its rounding
struct GaussianSlope { high: real, low: real }

fn gaussian_slope(a: real) -> GaussianSlope {
  let v = (a - 2.0) / (a + 3.5);
  let rest = 0x1.511462p-11 + v * (-0x1.82da2cp-3 + v * (0x1.03ee74p-3 + v * (-0x1.c45292p-5
    + v * (0x1.4d9dc6p-7 + v * (0x1.9c507cp-9 + v * (-0x1.b924e6p-10 + v * (-0x1.4bd40ap-12 + v * 0x1.07feap-12)))))));
  let step = floor(a * 4096.0) * 0x1p-12;
  let far = barrier(GAUSSIAN_ROOT_HIGH - step);
  let near = barrier(GAUSSIAN_ROOT_LOW - barrier(a - step));
  let first = GAUSSIAN_SLOPE * far;
  let small = GAUSSIAN_SLOPE * near + ((far + near) * rest + GAUSSIAN_ROOT_REST);
  let high = barrier(first + small);
  return GaussianSlope(high, barrier(first - high) + small);
}
