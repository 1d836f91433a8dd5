// gelu(x) = x·Φ(x)
fn gelu(x: real) -> real {
  let a = bounded_magnitude(x, 0x41547ae1); // 13.28: the power is -127 and the result 0 beyond
  let parts = gaussian_parts(a);
  let tail = gaussian_tail(a);
  let whole = ERFC_TAIL + tail;
  let scaled = ERFC_TAIL + (whole * parts.first + (tail + whole * parts.rest));
  let outer = select(real(0.0), x, x > real(0.0)) - power_of_two(parts.power) * scaled;
  let inner = x * gaussian_center(x);
  return propagate_nan(x, select(outer, inner, a < real(ERFC_SPLIT)));
}

const GELU_ROOT: f32 = 0.75179153680801391602;
const GELU_ROOT_UPPER: f32 = 0.751708984375;
const GELU_ROOT_LOWER: f32 = 8.2552433013916015625e-5;
const GELU_ROOT_REST: f32 = -5.227312360744917896226979792118072509765625e-9;
const GELU_DENSITY_HI: f32 = 0.39892578125;
const GELU_DENSITY_LO: f32 = 1.6499150660820305347442626953125e-5;
fn gelu_derivative(x: real) -> real {
  let a = bounded_magnitude(x, 0x41580000); // 13.5: the result is 0 beyond
  let parts = gaussian_parts(a);
  let q = GELU_ROOT - a;
  let bend = 0.05649399012327194 + q * (0.3882850110530853271484375
    + q * (-1.819992624223232269287109375e-2 + q * (-0.114009253680706024169921875
    + q * (-1.476700603961944580078125e-2 + q * (1.9431136548519134521484375e-2
    + q * (4.5096608810126781463623046875e-3 + q * (-2.27017118595540523529052734375e-3
    + q * (-6.622291984967887401580810546875e-4 + q * 2.144377795048058032989501953125e-4))))))));
  let grid = floor(a * 4096.0) * 0.000244140625;
  let center = 0.375 * (GELU_ROOT_UPPER - grid) + (0.375 * (GELU_ROOT_LOWER - (a - grid)) + (q * bend + GELU_ROOT_REST));
  let mills = (ERFC_TAIL + gaussian_tail(a)) / a;
  let upper = upper_half(a);
  let steep = GELU_DENSITY_HI * upper;
  let rest = mills - (GELU_DENSITY_HI * (a - upper) + GELU_DENSITY_LO * a);
  let whole = rest - steep;
  let scaled = barrier((rest + whole * parts.rest) + whole * parts.first) - steep;
  let tail = power_of_two(parts.power + 8.0) * (scaled * 0.00390625);
  let lower = select(tail, center, a < real(1.3125));
  return propagate_nan(x, select(1.0 - lower, lower, x < real(0.0)));
}
