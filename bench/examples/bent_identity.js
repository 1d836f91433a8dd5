/** The bent identity, an activation outside the catalogue: defineActivation(bentIdentity). */

/** @satisfies {import('../../src/define.js').ActivationDefinition<'alpha'>} */
export const bentIdentity = {
  name: 'bentIdentity',
  formula: 'x + α(√(x²+1) − 1)',
  derivative: '1 + αx/√(x²+1)',
  parameters: { alpha: { default: 0.5, range: [0.01, 0.9] } },
  bounds: { forward: 4, derivative: 4 },
  citation: 'a smooth bend between the slopes 1 − α and 1 + α',
  wgsl: `
// Beyond 2³² the root is |x|, and x² may be beyond float32.
fn bent_identity_is_straight(x: real) -> logic { return abs(x) > real(4294967296.0); }

fn bent_identity(x: real, alpha: f32) -> real {
  // √(x²+1) − 1, of which nothing cancels
  let rise = x * (x / (sqrt(x * x + 1.0) + 1.0));
  let straight = x * select(real(1.0 + alpha), real(1.0 - alpha), x < real(0.0));
  return propagate_nan(x, select(x + alpha * rise, straight, bent_identity_is_straight(x)));
}

fn bent_identity_derivative(x: real, alpha: f32) -> real {
  let straight = select(real(1.0), real(-1.0), x < real(0.0));
  return propagate_nan(x, 1.0 + alpha * select(x / sqrt(x * x + 1.0), straight, bent_identity_is_straight(x)));
}
`,
  reference: {
    value: (x, { alpha }) => (Number.isFinite(x) ? x + (alpha * x * x) / (Math.sqrt(x * x + 1) + 1) : x),
    derivative: (x, { alpha }) => 1 + alpha * (Number.isFinite(x) ? x / Math.sqrt(x * x + 1) : Math.sign(x)),
  },
};
