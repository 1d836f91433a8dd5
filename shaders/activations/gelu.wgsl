// gelu(x) = x·Φ(x)
fn gelu(x: real) -> real {
  let a = min(abs(x), real(16.0));
  let parts = gaussian_parts(a);
  let tail = gaussian_tail(a);
  let whole = ERFC_TAIL + tail;
  let scaled = ERFC_TAIL + (whole * parts.first + (tail + whole * parts.rest));
  let outer = max(x, real(0.0)) - power_of_two(max(parts.power, real(-127.0))) * scaled;
  let inner = x * gaussian_center(x);
  return propagate_nan(x, select(outer, inner, a < real(ERFC_SPLIT)));
}

const GELU_ROOT: f32 = 0.75179153680801391602;
const GELU_ROOT_LO: f32 = -6.93438568e-9;
const GELU_DENSITY_HI: f32 = 0.39892578125;
const GELU_DENSITY_LO: f32 = 1.6499150660820305347442626953125e-5;
fn gelu_derivative(x: real) -> real {
  let a = min(abs(x), real(16.0));
  let parts = gaussian_parts(a);
  let fraction = parts.first + parts.rest;
  let quotient = 0.665077984333038330078125 + a * (-0.17665278911590576171875 + a * (-0.234987914562225341796875
    + a * (4.1300304234027862548828125e-2 + a * (5.447487533092498779296875e-2 + a * (-5.8613121509552001953125e-3
    + a * (-1.0004536248743534088134765625e-2 + a * (1.660914742387831211090087890625e-3
    + a * (8.939150138758122920989990234375e-4 + a * -2.34133724006824195384979248046875e-4))))))));
  let center = (GELU_ROOT - a) * quotient + GELU_ROOT_LO;
  let mills = (ERFC_TAIL + gaussian_tail(a)) / a;
  let upper = erfc_upper(a);
  let steep = GELU_DENSITY_HI * upper;
  let rest = mills - (GELU_DENSITY_HI * (a - upper) + GELU_DENSITY_LO * a);
  let scaled = barrier(rest + (rest - steep) * fraction) - steep;
  let tail = power_of_two(max(parts.power, real(-135.0)) + 8.0) * (scaled * 0.00390625);
  let lower = select(tail, center, a < real(1.25));
  return propagate_nan(x, select(1.0 - lower, lower, x < real(0.0)));
}
