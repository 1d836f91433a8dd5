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
  let b = a - 0.5;
  let c1 = select(b - 0.5, b + b, negative);
  let c2 = select(real(-1.0), (b - 0.25) + (0.25 * a - 0.25) * t, negative);
  let factor = select(t, significand, negative);
  let k = select(real(1.0), real(2.0), negative);
  let square = 0.25 * k * k + t * (k + t * (2.0 + t * ((3.0 - k) + t * (2.25 - 0.25 * k * (6.0 - k)))));
  let ratio = (factor * t) * (b + t * (c1 + t * c2)) / square;
  let base = select(real(1.0), 1.0 - a, negative);
  let value = base + (select(real(0.0), fraction * base, negative) + ratio);
  let outer = select(value, (value * scale) * 0x1p-16, negative);

  let q = x - MISH_ROOT;
  let bend = -0.0455520860850811 + q * (0.204731285572052001953125
    + q * (4.19078767299652099609375e-2 + q * (-2.02724672853946685791015625e-2
    + q * (-1.58216021955013275146484375e-2 + q * (-3.3546169288456439971923828125e-3
    + q * (1.090858015231788158416748046875e-3 + q * (9.67497937381267547607421875e-4
    + q * (2.75144237093627452850341796875e-4 + q * (-1.7356765965814702212810516357421875e-5
    + q * (-9.992244304157793521881103515625e-5 + q * (-4.0588975025457330048084259033203125e-6
    + q * 8.8290153144043870270252227783203125e-6)))))))))));
  let grid = floor(x * 4096.0 + 0.7) * 0.000244140625;
  let upper = grid - MISH_ROOT_UPPER;
  let lower = (x - grid) - MISH_ROOT_LOWER;
  let inner = 0.3125 * upper + (upper * bend + (lower * (0.3125 + bend) + MISH_ROOT_REST));
  return propagate_nan(x, select(outer, inner, abs(x + 0.745) < real(0.995)));
}
