/**
 * Snake: y = x + sin²(αx)/α, for periodic signals (Ziyin, Hartwig & Ueda 2020, arXiv:2006.08195).
 * With t = αx: f′ = 1 + sin 2t = 2·sin²(t + π/4), which keeps its accuracy at its zeros.
 * WGSL's sin is good to 2^-11 only, so here is one: t is reduced by multiples of π in three parts (Cody-Waite), then Taylor.
 */
export const snake = {
  name: 'snake',
  formula: 'x + sin²(αx)/α',
  derivative: '1 + sin(2αx)',
  parameters: { alpha: { default: 1, range: [0.25, 8] } },
  domain: [-100, 100],
  bounds: { forward: 4, derivative: 4, absolute: 1e-6 },
  citation: 'Ziyin, Hartwig & Ueda 2020, arXiv:2006.08195',
  wgsl: `
// sin²(t + shift) for |t| < 1000
fn snake_sine_squared(t: real, shift: f32) -> real {
  let turns = round((t + shift) * 0.31830988618379067);
  let first = barrier(t - turns * 3.140625);
  let second = barrier(first - turns * 9.67025756835938e-4);
  let r = (second + shift) - turns * 6.277114152908325e-7;
  let s = r * r;
  let sine = r + r * (s * (-0.16666667 + s * (8.3333333e-3 + s * (-1.98412698e-4 + s * (2.75573192e-6 - s * 2.50521084e-8)))));
  return sine * sine;
}

fn snake(x: real, alpha: f32) -> real {
  return propagate_nan(x, x + snake_sine_squared(alpha * x, 0.0) / alpha);
}

fn snake_derivative(x: real, alpha: f32) -> real {
  return propagate_nan(x, 2.0 * snake_sine_squared(alpha * x, 0.78539816339744831));
}
`,
  reference: {
    value: (x, { alpha }) => x + Math.sin(alpha * x) ** 2 / alpha,
    derivative: (x, { alpha }) => 1 + Math.sin(2 * alpha * x),
  },
};
