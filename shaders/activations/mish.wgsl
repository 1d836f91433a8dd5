// mish(x) = x·tanh(ln(1 + e^x))
fn mish(x: real) -> real {
  let a = bounded_magnitude(x, 0x42be0000); // 95: the result is 0 or x beyond
  let negative = x < real(0.0);
  let parts = exp_parts(-a, real(0.0));
  let scale = power_of_two(parts.power + 16.0);
  let fraction = parts.first + parts.rest;
  let significand = 1.0 + fraction;
  let t = significand * scale * 0x1p-16;
  let constant = select(real(1.0), real(2.0), negative);
  let numerator = select(2.0 * (t * t), significand * (t + t * t), negative);
  let ratio = numerator / (constant + t * (2.0 + t * (3.0 - constant)));
  let bounded = select(a, -a, negative);
  let value = select(x, bounded, negative) + bounded * (select(real(0.0), fraction, negative) - ratio);
  let outer = select(value, (value * scale) * 0x1p-16, negative);

  let grid = floor(x * 256.0) * 0.00390625;
  let bend = 6.2499991618096828460693359375e-3 + x * (7.499978877604007720947265625e-3
    + x * (-1.599993743002414703369140625e-2 + x * (-4.5866020023822784423828125e-2
    + x * (-3.740572719834744930267333984375e-4 + x * (7.812970317900180816650390625e-3
    + x * (8.600616711191833019256591796875e-4 + x * (-1.2484383769333362579345703125e-3
    + x * (-2.9388806433416903018951416015625e-4 + x * (1.520389341749250888824462890625e-4
    + x * 5.981345384498126804828643798828125e-5)))))))));
  let inner = x * barrier(0.59375 + 0.3125 * grid) + x * (0.3125 * (x - grid) + bend);
  return propagate_nan(x, select(outer, inner, abs(x + 0.15) < real(0.9)));
}

const MISH_ROOT: f32 = -1.1924312114715576171875;
const MISH_ROOT_UPPER: f32 = -1.1923828125;
const MISH_ROOT_LOWER: f32 = -4.83989715576171875e-5;
const MISH_ROOT_REST: f32 = 8.12572791e-10;

fn mish_derivative(x: real) -> real {
  let a = bounded_magnitude(x, 0x42be0000); // 95: the result is 0 or 1 beyond
  let negative = x < real(0.0);
  let parts = exp_parts(-a, real(0.0));
  let scale = power_of_two(parts.power + 16.0);
  let fraction = parts.first + parts.rest;
  let significand = 1.0 + fraction;
  let t = significand * scale * 0x1p-16;
  let b = 4.0 * a - 2.0;
  let c1 = select(b - 2.0, 2.0 * b, negative);
  let c2 = select(real(-4.0), (b - 1.0) + (a - 1.0) * t, negative);
  let factor = select(t, significand, negative);
  let constant = select(real(1.0), real(2.0), negative);
  let denominator = constant + t * (2.0 + t * (3.0 - constant));
  let ratio = (factor * t) * (b + t * (c1 + t * c2)) / (denominator * denominator);
  let base = select(real(1.0), 1.0 - a, negative);
  let value = base + (select(real(0.0), fraction * base, negative) + ratio);
  let outer = select(value, (value * scale) * 0x1p-16, negative);

  let q = x - MISH_ROOT;
  let bend = -1.4302087016403675079345703125e-2 + q * (0.2047312557697296142578125
    + q * (4.19080294668674468994140625e-2 + q * (-2.0271599292755126953125e-2
    + q * (-1.58256404101848602294921875e-2 + q * (-3.35834943689405918121337890625e-3
    + q * (1.123860361985862255096435546875e-3 + q * (9.37901553697884082794189453125e-4
    + q * (2.14067535125650465488433837890625e-4 + q * (1.3463656068779528141021728515625e-4
    + q * (-2.33507365919649600982666015625e-4 + q * 5.081178460386581718921661376953125e-5))))))))));
  let grid = floor(x * 4096.0 + 0.7) * 0.000244140625;
  let upper = grid - MISH_ROOT_UPPER;
  let lower = (x - grid) - MISH_ROOT_LOWER;
  let inner = 0.28125 * upper + (upper * bend + (lower * (0.28125 + bend) + MISH_ROOT_REST));
  return propagate_nan(x, select(outer, inner, abs(x + 0.675) < real(0.925)));
}
