// celu(x, alpha) = x for x > 0, else alpha·(e^(x/alpha) - 1); derivative 1, else e^(x/alpha), from y: 1 + y/alpha
// Method: expm1.wgsl, with x/alpha in two floats. Below 2^-40 of alpha celu is x to 2^-41.
// Error over every float32: value 0.83 ULP, derivative 0.68; for alpha 0.001, 0.3 and 1000 value 1.12, from y 1.44
// (sampled).

fn celu(x: real, alpha: parameter) -> real {
  let t = barrier(x / alpha.x);
  let bounded = select(t, real(-24.0), t < real(-24.0));
  let t_low = select(real(0.0), quotient_error(x, alpha, t), abs(t) < real(24.0));
  let value = select(expm1_product(bounded, t_low, alpha), x, abs(t) < real(0x1p-40));
  return propagate_nan(x, select(value, x, bitcast<ints>(x) > ints(0)));
}

fn celu_derivative(x: real, alpha: parameter) -> real {
  let t = barrier(x / alpha.x);
  let bounded = select(t, real(-105.2), t < real(-105.2));
  let t_low = select(real(0.0), quotient_error(x, alpha, t), abs(t) < real(106.0));
  let value = exp_product(bounded, t_low, parameter(scalar(1.0), scalar(0.0)));
  return propagate_nan(x, select(value, real(1.0), bitcast<ints>(x) > ints(0)));
}

// 1 + y/alpha, below -alpha/2 as (y + alpha)/alpha, whose sum is exact
fn celu_derivative_from_y(y: real, alpha: parameter) -> real {
  let quotient = y / alpha.x;
  let correction = alpha.y / alpha.x;
  let lower = (barrier(y + alpha.x) + alpha.y) / alpha.x;
  let value = select(lower - barrier(lower * correction), 1.0 + (quotient - quotient * correction), quotient > real(-0.5));
  return propagate_nan(y, select(value, real(1.0), bitcast<ints>(y) > ints(0)));
}

// By alpha: e^u·(1 - u) - 1 with u = x/alpha, which is u²·p(u) near 0; above 0 nothing. Coefficients, and their error:
// test/goldens/coefficients.py (near-minimax).
fn celu_alpha_derivative(x: real, alpha: parameter) -> real {
  let u = x / alpha.x;
  let bounded = select(u, real(-24.0), u < real(-24.0));
  let near = (u * u) * (-0.5 + u * (-0x1.55555p-2 + u * (-0x1.fffea4p-4 + u * (-0x1.1101ecp-5 + u * (-0x1.c5d7cap-8
    + u * (-0x1.30aa2ep-10 + u * (-0x1.3afb9p-13 + u * -0x1.7b52dap-17)))))));
  let far = exponential_of(bounded) * (1.0 - bounded) - 1.0;
  return propagate_nan(x, select(select(far, near, u > real(-1.5)), real(0.0), bitcast<ints>(x) > ints(0)));
}
