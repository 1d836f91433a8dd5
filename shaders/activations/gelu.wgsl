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
  let positive = x > real(0.0);

  let square = a * a;
  let odd = x * (0.79788458347320556640625 + square * (-0.265963375568389892578125
    + square * (5.987544357776641845703125e-2 + square * -9.58128273487091064453125e-3)));

  let q = GELU_ROOT - a;
  let bend = 8.7743990123271942138671875e-2 + q * (0.3882849514484405517578125 + q * (-1.81997604668140411376953125e-2
    + q * (-0.1140067875385284423828125 + q * (-1.477075554430484771728515625e-2 + q * (1.94022953510284423828125e-2
    + q * (4.5351297594606876373291015625e-3 + q * (-2.13799928314983844757080078125e-3
    + q * -7.1668508462607860565185546875e-4)))))));
  let grid = floor(a * 4096.0) * 0.000244140625;
  let center = 0.34375 * (GELU_ROOT_UPPER - grid) + (0.34375 * (GELU_ROOT_LOWER - (a - grid)) + (q * bend + GELU_ROOT_REST));

  let parts = gaussian_parts(a);
  let mills = (ERFC_TAIL + gaussian_tail(a)) / a;
  let upper = upper_half(a);
  let steep = GELU_DENSITY_HI * upper;
  let rest = mills - (GELU_DENSITY_HI * (a - upper) + GELU_DENSITY_LO * a);
  let scaled = barrier(rest + (rest - steep) * (parts.first + parts.rest)) - steep;
  let tail = power_of_two(parts.power + 8.0) * (scaled * 0.00390625);

  let lower = select(tail, center, a < real(1.2875));
  return propagate_nan(x, select(select(lower, 1.0 - lower, positive), 0.5 + odd, a < real(0.29)));
}
