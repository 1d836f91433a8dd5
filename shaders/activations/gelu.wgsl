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
const GELU_ROOT_LO: f32 = -5.227312360744917896226979792118072509765625e-9;
const GELU_SLOPE: f32 = 0.4314939975738525390625;
const GELU_DENSITY_HI: f32 = 0.39892578125;
const GELU_DENSITY_LO: f32 = 1.6499150660820305347442626953125e-5;
fn gelu_derivative(x: real) -> real {
  let a = bounded_magnitude(x, 0x41580000); // 13.5: the result is 0 beyond
  let parts = gaussian_parts(a);
  let q = GELU_ROOT - a;
  let bend = -1.011920147675482439808547496795654296875e-8 + q * (0.388284981250762939453125
    + q * (-1.8199659883975982666015625e-2 + q * (-0.114008046686649322509765625
    + q * (-1.4771647751331329345703125e-2 + q * (1.941951178014278411865234375e-2
    + q * (4.5392368920147418975830078125e-3 + q * (-2.2302935831248760223388671875e-3
    + q * (-7.419395842589437961578369140625e-4 + q * (1.6956913168542087078094482421875e-4
    + q * 7.739648572169244289398193359375e-5)))))))));
  let center = q * (GELU_SLOPE + bend) + GELU_ROOT_LO;
  let mills = (ERFC_TAIL + gaussian_tail(a)) / a;
  let upper = upper_half(a);
  let steep = GELU_DENSITY_HI * upper;
  let rest = mills - (GELU_DENSITY_HI * (a - upper) + GELU_DENSITY_LO * a);
  let scaled = (rest + (rest - steep) * (parts.first + parts.rest)) - steep;
  let tail = power_of_two(parts.power + 8.0) * (scaled * 0.00390625);
  let lower = select(tail, center, a < real(1.625));
  return propagate_nan(x, select(1.0 - lower, lower, x < real(0.0)));
}
