// gelu_tanh(x) = x·½(1 + tanh u) = x·σ(2u), u = √(2/π)·(x + 0.044715x³), t = 2u = c·x + d·x³;
// derivative σ(t)·(1 + w·σ(-t)), w = c·x + 3d·x³, root at -0.75246
// Method: logistic.wgsl, with t in two floats. For x = -|x| the derivative is v·(1 - w + w·v), v = σ(-t), t and w of |x|, and
// w in two floats too; from 0.4 below to 0.45 above the root the second factor is -s·(2 + R(s)), s = |x| - r in two floats.
// Beyond 10 gelu_tanh is x, below -10.73 it is 0.
// Error over every float32: value 1.37 ULP, derivative 2.08.
// Constants and coefficients: gelu_tanh.sollya (fpminimax).

// c = 2·√(2/π), d = 0.044715·c in 12 bits and the rest, so that products of 12-bit parts are exact
const GELU_TANH_C: f32 = 0x1.988p+0;
const GELU_TANH_C_LOW: f32 = 0x1.14cf5p-14;
const GELU_TANH_D: f32 = 0x1.244p-4;
const GELU_TANH_D_LOW: f32 = 0x1.3ca936p-18;
const GELU_TANH_ROOT: f32 = 0x1.8142ap-1;
const GELU_TANH_ROOT_LOW: f32 = -0x1.85a06cp-27;

struct GeluTanhSum { first: real, rest: real }

// c + d·x² in two floats for |x| <= 12, the first of 12 bits
fn gelu_tanh_slope(x: real) -> GeluTanhSum {
  let upper = upper_half(x);
  let lower = barrier(x - upper);
  let square = x * x;
  let square_upper = upper_half(square);
  let square_lower = barrier(upper * upper - square_upper) + lower * (x + upper);
  let first = upper_half(GELU_TANH_C + GELU_TANH_D * square);
  let rest = barrier(barrier(GELU_TANH_C - first) + GELU_TANH_D * square_upper)
    + (GELU_TANH_C_LOW + (GELU_TANH_D * square_lower + GELU_TANH_D_LOW * square));
  return GeluTanhSum(first, rest);
}

// c + 3·d·x² = 3·slope - 2·c
fn gelu_tanh_steep(slope: GeluTanhSum) -> GeluTanhSum {
  let whole = 3.0 * slope.first - 2.0 * GELU_TANH_C;   // exact
  let first = upper_half(whole);
  return GeluTanhSum(first, barrier(whole - first) + (3.0 * slope.rest - 2.0 * GELU_TANH_C_LOW));
}

// x·slope
fn gelu_tanh_product(x: real, slope: GeluTanhSum) -> GeluTanhSum {
  let upper = upper_half(x);
  return GeluTanhSum(upper * slope.first, upper * slope.rest + barrier(x - upper) * (slope.first + slope.rest));
}

fn gelu_tanh(x: real) -> real {
  return gelu_tanh_with_derivative(x).value;
}

fn gelu_tanh_derivative(x: real) -> real {
  return gelu_tanh_with_derivative(x).derivative;
}

fn gelu_tanh_with_derivative(x: real) -> Both {
  let size = bounded_magnitude(x, 0x412bae14);   // 10.73
  let slope = gelu_tanh_slope(size);
  let argument = gelu_tanh_product(size, slope);
  let t = barrier(argument.first + argument.rest);
  let parts = logistic_parts(t, barrier(argument.first - t) + argument.rest);
  let negative = x < real(0.0);
  let value = select(logistic_part_product(parts, with_sign(size, x), negative), x, x > real(10.0));

  let s_high = barrier(size - GELU_TANH_ROOT);
  let s = s_high - GELU_TANH_ROOT_LOW;
  let near = abs(s - 0.025) < real(0.425);
  let near_rest = -2.0 * GELU_TANH_ROOT_LOW + s * (-0x1.86c31p-4 + s * (0x1.a1f478p-1 + s * (0x1.f8aa0ep-5
    + s * (-0x1.2ef7e8p-9 + s * (0x1.4ebc66p-7 + s * (0x1.abdf64p-10 + s * -0x1.c98d28p-11))))));
  let w = gelu_tanh_product(size, gelu_tanh_steep(slope));
  let inverse = 1.0 / parts.denominator;
  let share = (w.first + w.rest) * (inverse * parts.down);
  let first = select(1.0 - w.first, -2.0 * s_high, near);
  let rest = select(share - (w.rest + share * inverse * parts.excess), -near_rest, near);
  let derivative = logistic_lifted(parts, first, rest, real(0.0)) * 0x1p-25;
  return both(propagate_nan(x, value), propagate_nan(x, select(1.0 - derivative, derivative, negative)));
}
