/** xIELU, the expanded integral of ELU, an activation outside the catalogue: defineActivation(xielu). */

/** Four parameters reach the shader as float32 each, so the function is that of the rounded ones.
 *  @param {Readonly<Record<'alphaP' | 'alphaN' | 'beta' | 'eps', number>>} parameters */
const rounded = (parameters) => ({
  alphaP: Math.fround(parameters.alphaP),
  alphaN: Math.fround(parameters.alphaN),
  beta: Math.fround(parameters.beta),
  eps: Math.fround(parameters.eps),
});

/** @satisfies {import('../../src/define.js').ActivationDefinition<'alphaP' | 'alphaN' | 'beta' | 'eps'>} */
export const xielu = {
  name: 'xielu',
  formula: 'αₚx² + βx if x > 0, else αₙ(e^min(x, ε) − 1 − x) + βx',
  derivative: '2αₚx + β if x > 0, else αₙ(eˣ − 1) + β, and β − αₙ on ε ≤ x ≤ 0',
  parameters: {
    alphaP: { default: 0.8, range: [1e-3, 100] },
    alphaN: { default: 0.8, range: [1e-3, 100] },
    beta: { default: 0.5, range: [1e-3, 100] },
    eps: { default: -1e-6, range: [-1e-3, -1e-9] },
  },
  points: ({ eps }) => [0, eps],
  // absolute for the neighbourhood of the zeros: y's at −2.4325, f′'s at −0.9808 with the default parameters
  bounds: { forward: 4, derivative: 4, absolute: 4e-9 },
  citation: 'Huang & Schlag 2024, arXiv:2411.13010; ε as in the implementation published with it',
  wgsl: `
// e^x - 1 = high + low for -24 <= x < 0
struct XieluRise { high: real, low: real }

fn xielu_rise(x: real) -> XieluRise {
  let parts = exp_parts(select(x, real(-24.0), x < real(-24.0)), real(0.0));
  let scale = power_of_two(parts.power);
  let body = scale * parts.first;
  let high = barrier((scale - 1.0) + body);
  return XieluRise(high, (((scale - 1.0) - high) + body) + scale * parts.rest);
}

// Both products are exact sums of two, because they cancel at a zero below 0.
fn xielu(x: real, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> real {
  let rise = xielu_rise(select(x, real(eps), x > real(eps)));
  let bend = barrier(alpha_n * rise.high);
  let bend_error = product_error(rise.high, vec2<f32>(alpha_n, 0.0), bend) + alpha_n * rise.low;
  let slope = beta - alpha_n;
  let slope_low = select((beta - slope) - alpha_n, beta - (slope + alpha_n), abs(beta) < abs(alpha_n));
  let line = barrier(slope * x);
  let line_error = product_error(x, vec2<f32>(slope, slope_low), line);
  let below = select(barrier(bend + line) + (bend_error + line_error), line, x < real(-1e30));
  return propagate_nan(x, select(below, x * (alpha_p * x + beta), bitcast<ints>(x) > ints(0)));
}

fn xielu_derivative(x: real, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> real {
  let rise = xielu_rise(select(x, real(eps), x > real(eps)));
  let bend = barrier(alpha_n * rise.high);
  let bend_error = product_error(rise.high, vec2<f32>(alpha_n, 0.0), bend) + alpha_n * rise.low;
  let below = select(barrier(bend + beta) + bend_error, real(beta - alpha_n), x >= real(eps));
  return propagate_nan(x, select(below, 2.0 * alpha_p * x + beta, bitcast<ints>(x) > ints(0)));
}
`,
  reference: {
    value(x, parameters) {
      const { alphaP, alphaN, beta, eps } = rounded(parameters);
      if (x > 0) return x * (alphaP * x + beta);
      return (beta - alphaN) * x + alphaN * Math.expm1(Math.min(x, eps));
    },
    derivative(x, parameters) {
      const { alphaP, alphaN, beta, eps } = rounded(parameters);
      if (x > 0) return 2 * alphaP * x + beta;
      return x < eps ? alphaN * Math.expm1(x) + beta : x <= 0 ? beta - alphaN : x;
    },
  },
};
