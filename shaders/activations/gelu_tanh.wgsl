// gelu_tanh(x) = x·½(1 + tanh u) = x·σ(2u), u = √(2/π)·(x + 0.044715x³), t = 2u = c·x + d·x³;
// derivative σ(t)·(1 + w·σ(-t)), w = c·x + 3d·x³, root at -0.75246
// Method: logistic.wgsl, with t and w in two floats. The derivative is (1 - w + e^-t)/(2 + e^t + e^-t) for x = -|x|, t and w
// of |x|; from 0.4 below to 0.44 above the root its numerator is -s·(2 + R(s)), s = |x| - r in two floats.
// Beyond 10 gelu_tanh is x, below -10.73 it is 0.
// Error over every float32: value 1.37 ULP, derivative 1.59.
// Constants and coefficients: gelu_tanh.sollya (fpminimax).

// c = 2·√(2/π), d = 0.044715·c in 12 bits and the rest, so that products of 12-bit parts are exact
const GELU_TANH_C: f32 = 0x1.988p+0;
const GELU_TANH_C_LOW: f32 = 0x1.14cf5p-14;
const GELU_TANH_D: f32 = 0x1.244p-4;
const GELU_TANH_D_LOW: f32 = 0x1.3ca936p-18;
const GELU_TANH_ROOT: f32 = 0x1.8142ap-1;
const GELU_TANH_ROOT_LOW: f32 = -0x1.85a06cp-27;

struct GeluTanhArgument { first: real, rest: real }

// c·x + factor·d·x³ in two floats for |x| <= 12; factor is 1 or 3
fn gelu_tanh_argument(x: real, factor: f32) -> GeluTanhArgument {
  let upper = bitcast<real>(bitcast<bits>(x) & bits(0xfffff000u));
  let lower = barrier(x - upper);
  let square = x * x;
  let square_upper = bitcast<real>(bitcast<bits>(square) & bits(0xfffff000u));
  let square_lower = barrier(upper * upper - square_upper) + lower * (x + upper);
  let d = factor * GELU_TANH_D;
  let slope_upper = bitcast<real>(bitcast<bits>(GELU_TANH_C + d * square) & bits(0xfffff000u));
  let slope_lower = barrier(barrier(GELU_TANH_C - slope_upper) + d * square_upper)
    + (GELU_TANH_C_LOW + (d * square_lower + factor * GELU_TANH_D_LOW * square));
  return GeluTanhArgument(upper * slope_upper, upper * slope_lower + lower * (slope_upper + slope_lower));
}

fn gelu_tanh(x: real) -> real {
  return gelu_tanh_with_derivative(x).value;
}

fn gelu_tanh_derivative(x: real) -> real {
  return gelu_tanh_with_derivative(x).derivative;
}

fn gelu_tanh_with_derivative(x: real) -> Both {
  let magnitude = abs(x);
  let size = select(magnitude, real(10.73), magnitude > real(10.73));
  let argument = gelu_tanh_argument(size, 1.0);
  let t = barrier(argument.first + argument.rest);
  let bell = logistic_bell(t, barrier(argument.first - t) + argument.rest);
  let product = gelu_tanh_argument(size, 3.0);
  let s_high = barrier(size - GELU_TANH_ROOT);
  let s = s_high - GELU_TANH_ROOT_LOW;
  let near = abs(s - 0.02) < real(0.42);
  let near_rest = -2.0 * GELU_TANH_ROOT_LOW + s * (0x1.d7b668p-2 + s * (0x1.993ccep-4 + s * (0x1.9a0f16p-2 + s * (-0x1.371fbp-4
    + s * (0x1.f34248p-6 + s * (-0x1.7285c4p-7 + s * (0x1.f41118p-9 + s * -0x1.278c2p-10)))))));
  let w = barrier(product.first + product.rest);
  let far = barrier(1.0 - w);
  let far_low = (barrier(1.0 - far) - w) - (barrier(product.first - w) + product.rest);
  let first = select(far, -2.0 * s_high, near);
  let rest = select(bell.inverse, -near_rest, near);
  let negative = x < real(0.0);
  let slope = logistic_bell_ratio(bell, first, rest, select(far_low, real(0.0), near), negative);
  let value = select(logistic_bell_product(bell, with_sign(size, x), negative), x, x > real(10.0));
  return both(propagate_nan(x, value), propagate_nan(x, slope));
}
