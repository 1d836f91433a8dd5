// Parts of the Gaussian distribution function Φ for a = |x| <= 16.
const ERFC_HALF_LOG2_E: f32 = 0.721347510814666748046875;
const ERFC_SPLIT: f32 = 1.25;

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

// a·Φ(-a)·e^(a²/2) - ERFC_TAIL for a in [1.25, 13.4]
const ERFC_TAIL: f32 = 0.30867099761962890625;
fn gaussian_tail(a: real) -> real {
  let v = (a - 1.5) / (a + 1.0);
  return v * (0.17593443393707275390625 + v * (-5.83827495574951171875e-2 + v * (-3.5821817815303802490234375e-2
    + v * (-3.70043865405023097991943359375e-3 + v * (7.59556703269481658935546875e-3
    + v * (1.50550366379320621490478515625e-3 + v * (9.19653289020061492919921875e-3
    + v * -6.065751425921916961669921875e-3)))))));
}

// Φ(x) for |x| <= 1.25. 11/32 of every product is exact; what remains is too small for its rounding to count.
fn gaussian_center(x: real) -> real {
  let upper = round(x * 256.0) * 0.00390625;
  let square = x * x;
  let rest = 5.51922805607318878173828125e-2 + square * (-6.64903819561004638671875e-2
    + square * (9.973545558750629425048828125e-3 + square * (-1.187218469567596912384033203125e-3
    + square * (1.151540127466432750225067138671875e-4 + square * (-9.1227120719850063323974609375e-6
    + square * 4.8897044280238333158195018768310546875e-7)))));
  return barrier(0.5 + 0.34375 * upper) + (0.34375 * (x - upper) + x * rest);
}
