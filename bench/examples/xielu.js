/**
 * xIELU: the integral of a trainable ELU (Huang & Schlag 2024, arXiv:2411.13010).
 * y = αp·x² + βx for x > 0, αn·(e^min(x, ε) − 1) − αn·x + βx below; αp and αn are those after their softplus.
 */
export const xielu = {
  name: 'xielu',
  formula: 'αp·x² + βx if x > 0, else αn(e^min(x, ε) − 1 − x) + βx',
  derivative: '2αp·x + β if x > 0, else αn(eˣ − 1) + β',
  parameters: {
    alphaP: { default: 0.8, range: [0.01, 10] },
    alphaN: { default: 1.3, range: [0.01, 10] },
    beta: { default: 0.5, range: [0, 2] },
    epsilon: { default: -1e-6, range: [-1e-3, 0] },
  },
  points: [0],
  domain: [-1e15, 1e15],
  // absolute for the roots below 0; at ε the function itself jumps by ε²/2
  bounds: { forward: 4, derivative: 4, absolute: 1e-6 },
  citation: 'Huang & Schlag 2024, arXiv:2411.13010',
  wgsl: `
fn xielu(x: real, alpha_p: f32, alpha_n: f32, beta: f32, epsilon: f32) -> real {
  let above = x * (alpha_p * x + beta);
  let bounded = clamp(x, real(-24.0), real(epsilon));
  let below = expm1_product(bounded, real(0.0), vec2<f32>(alpha_n, 0.0)) - alpha_n * x + beta * x;
  return propagate_nan(x, select(below, above, x > real(0.0)));
}

fn xielu_derivative(x: real, alpha_p: f32, alpha_n: f32, beta: f32, epsilon: f32) -> real {
  let below = expm1_product(clamp(x, real(-24.0), real(0.0)), real(0.0), vec2<f32>(alpha_n, 0.0)) + beta;
  return propagate_nan(x, select(below, 2.0 * alpha_p * x + beta, x > real(0.0)));
}
`,
  reference: {
    value: (x, { alphaP, alphaN, beta, epsilon }) =>
      x > 0 ? alphaP * x * x + beta * x : alphaN * (Math.expm1(Math.min(x, epsilon)) - x) + beta * x,
    derivative: (x, { alphaP, alphaN, beta }) => (x > 0 ? 2 * alphaP * x + beta : alphaN * Math.expm1(x) + beta),
  },
};
