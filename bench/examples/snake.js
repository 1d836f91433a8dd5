/** Snake, an activation outside the catalogue: defineActivation(snake). */

/** @satisfies {import('../../src/define.js').ActivationDefinition<'alpha'>} */
export const snake = {
  name: 'snake',
  formula: 'x + sin²(αx)/α',
  derivative: '1 + sin(2αx)',
  parameters: { alpha: { default: 1, range: [0.01, 100] } },
  points: ({ alpha }) => [0, -1.1656 / alpha, -Math.PI / 4 / alpha, (3 * Math.PI) / 4 / alpha],
  citation: 'Ziyin, Hartwig & Ueda 2020, arXiv:2006.08195',
  // An adapter's own sin() promises an absolute error of 2⁻¹¹ and no range. Beyond |αx| = 4096 f′ is given as 1, its mean:
  // neighbouring float32 soon lie further apart than a period.
  wgsl: `
// sin²(alpha·x + quarters·π/2), |alpha·x| ≤ 6000. Cody-Waite reduction by π/2 in three parts of
// 11 bits and one of 24, so that the first two products and differences are exact; r + r_low is what remains, |r| ≤ π/4.
// Polynomial: (sin²√w)/w on [0, (π/4)²] by sollya's fpminimax, relative error 0.018·2⁻²⁴.
fn snake_sine_squared(x: real, alpha: vec2<f32>, quarters: f32) -> real {
  let t = barrier(alpha.x * x);
  let nearest = round(t * 0.63661975 + quarters);
  let turns = nearest - quarters;
  let first = barrier(barrier(t - turns * 1.5703125) - turns * 4.837512969970703125e-4);
  let step = turns * 7.54953362047672271728515625e-8;
  let middle = barrier(first - step);
  let rest = (barrier(first - middle) - step) + (product_error(x, alpha, t) - turns * 2.5633440682570896e-12);
  let r = barrier(middle + rest);
  let r_low = barrier(middle - r) + rest;
  let w = r * r;
  let bend = -0.3333332836627960205078125 + w * (4.44437153637409210205078125e-2
    + w * (-3.17118107341229915618896484375e-3 + w * 1.34652364067733287811279296875e-4));
  let even = smaller(w + (w * w * bend + 2.0 * r * r_low), real(1.0));
  let pairs = nearest * 0.5;
  return select(even, 1.0 - even, pairs != floor(pairs));
}

fn snake(x: real, alpha: vec2<f32>) -> real {
  let sine_squared = snake_sine_squared(x, alpha, 0.0);
  let quotient = barrier(sine_squared / alpha.x);
  let y = (x + quotient) + quotient_error(sine_squared, alpha, quotient);
  // beyond 2²⁵ / alpha the sine does not reach x's last bit
  return propagate_nan(x, select(y, x, abs(x) * alpha.x > real(33554432.0)));
}

// 1 + sin 2t = 2·sin²(t + π/4), which keeps its double zeros
fn snake_derivative(x: real, alpha: vec2<f32>) -> real {
  let slope = 2.0 * snake_sine_squared(x, alpha, 0.5);
  return propagate_nan(x, select(slope, real(1.0), abs(x) * alpha.x > real(4096.0)));
}
`,
  reference: {
    value: (x, { alpha }) => (Number.isFinite(x) ? x + Math.sin(alpha * x) ** 2 / alpha : x),
    derivative(x, { alpha }) {
      if (Math.abs(alpha * x) > 4096) return 1;
      return 2 * Math.sin(alpha * x + Math.PI / 4 + 3.061616997868383e-17) ** 2;
    },
  },
};
