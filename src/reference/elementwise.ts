/**
 * The float64 truth of every elementwise activation: y = f(x) and f′(x) for x a float32 widened to float64, exact to a
 * few roundings of float64 for every input, through the derivatives' roots and into the tails. A derivative with a root
 * is written as a product that holds (x − root), so that nothing cancels there.
 */

import type { Parameters } from '../definition.js';
import {
  GELU_ROOT,
  GELU_ROOT_LOW,
  GELU_SIGMOID_BETA,
  GELU_SIGMOID_BETA_LOW,
  GELU_TANH_CUBIC,
  GELU_TANH_CUBIC_LOW,
  GELU_TANH_ROOT,
  GELU_TANH_ROOT_EXP,
  GELU_TANH_ROOT_LOW,
  GELU_TANH_SCALE,
  GELU_TANH_SCALE_LOW,
  GELU_TAYLOR,
  INVERSE_SQRT_PI,
  INVERSE_SQRT_TWO_PI,
  MISH_ROOT,
  MISH_ROOT_EXP,
  MISH_ROOT_LOW,
  SELU_SCALE_ALPHA,
  SILU_ROOT,
  SILU_ROOT_EXP,
  SILU_ROOT_LOW,
} from './constants.js';
import type { Facts, Reference } from './facts.js';
import {
  EXP_UNDERFLOW,
  erf,
  exp,
  normalCdf,
  normalDensity,
  productLow,
  quotientLow,
  scale,
  sigmoid,
  sigmoidDerivative,
  sumLow,
} from './math.js';

const SELU_SCALE = 1.0507009873554805;
/** π/4 in two numbers */
const EIGHTH_TURN = Math.PI / 4;
const EIGHTH_TURN_LOW = 3.061616997868383e-17;

/** What is promised of each, for people and for checks. */
export const elementFacts: Readonly<Record<string, Facts>> = {
  identity: {
    formula: 'x',
    derivative: '1',
    points: () => [],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: '',
  },
  sigmoid: {
    formula: '1/(1+e⁻ˣ)',
    derivative: 'y(1−y)',
    points: () => [0, -87.33654, 88.72284, 17.32868],
    bounds: { forward: 1.75, derivative: 2 },
    citation: 'Verhulst 1838',
  },
  tanh: {
    formula: 'tanh x',
    derivative: '1−y²',
    points: () => [0, 9.010914, -9.010914, 44.0, -44.0],
    bounds: { forward: 1.75, derivative: 2 },
    citation: '',
  },
  relu: {
    formula: 'max(0, x)',
    derivative: '1 if x > 0, else 0',
    points: () => [0],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Nair & Hinton 2010',
  },
  leakyRelu: {
    formula: 'x if x ≥ 0, else αx',
    derivative: '1 if x ≥ 0, else α',
    points: () => [0],
    bounds: { forward: 1, derivative: 1 },
    citation: 'Maas, Hannun & Ng 2013',
  },
  relu6: {
    formula: 'min(max(0, x), 6)',
    derivative: '1 if 0 < x < 6, else 0',
    points: () => [0, 6],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Krizhevsky 2010',
  },
  reluSquared: {
    formula: 'max(0, x)²',
    derivative: '2x if x > 0, else 0',
    points: () => [0, 1.0842022e-19, 1.8446743e19],
    bounds: { forward: 1, derivative: 1 },
    citation: 'So et al. 2021, arXiv:2109.08668',
  },
  elu: {
    formula: 'x if x > 0, else α(eˣ−1)',
    derivative: '1 if x > 0, else αeˣ',
    points: () => [0, -17.32868, -87.33654],
    bounds: { forward: 1.15, derivative: 1.15 },
    citation: 'Clevert, Unterthiner & Hochreiter 2015, arXiv:1511.07289',
  },
  selu: {
    formula: 'λx if x > 0, else λα(eˣ−1)',
    derivative: 'λ if x > 0, else λαeˣ',
    points: () => [0, -17.32868, -87.33654],
    bounds: { forward: 1.15, derivative: 1.15 },
    citation: 'Klambauer et al. 2017, arXiv:1706.02515',
  },
  celu: {
    formula: 'x if x > 0, else α(e^(x/α)−1)',
    derivative: '1 if x > 0, else e^(x/α)',
    points: ({ alpha }: Parameters) => [0, -17.32868 * alpha, -87.33654 * alpha],
    bounds: { forward: 1.15, derivative: 1.15 },
    citation: 'Barron 2017, arXiv:1704.07483',
  },
  gelu: {
    formula: 'x·Φ(x)',
    derivative: 'Φ(x) + x·φ(x)',
    points: () => [0, -0.7517915, -5.6, -13.1, -14.0, 5.6],
    bounds: { forward: 2.25, derivative: 2.5 },
    citation: 'Hendrycks & Gimpel 2016, arXiv:1606.08415',
  },
  geluTanh: {
    formula: 'x·½(1+tanh(√(2/π)(x+0.044715x³)))',
    derivative: 'σ(u) + x·σ(u)·σ(−u)·u′, u = 2√(2/π)(x+0.044715x³)',
    points: () => [0, -0.75246142, -10.0, 5.0],
    bounds: { forward: 2, derivative: 2.5 },
    citation: 'Hendrycks & Gimpel 2016, arXiv:1606.08415',
  },
  geluSigmoid: {
    formula: 'x·σ(1.702x)',
    derivative: 'σ(u)(1+u·σ(−u)), u = 1.702x',
    points: () => [0, -0.7511537, -51.3, -54.0, 10.2],
    bounds: { forward: 2, derivative: 2 },
    citation: 'Hendrycks & Gimpel 2016, arXiv:1606.08415',
  },
  silu: {
    formula: 'x·σ(x)',
    derivative: 'σ(x)(1+x·σ(−x))',
    points: () => [0, -1.2784645, -87.33654, -91.8, 17.32868],
    bounds: { forward: 2, derivative: 2 },
    citation: 'Elfwing, Uchibe & Doya 2017, arXiv:1702.03118',
  },
  swish: {
    formula: 'x·σ(βx)',
    derivative: 'σ(βx)(1+βx·σ(−βx))',
    points: ({ beta }: Parameters) => (beta === 0 ? [0] : [0, -1.2784645 / beta, -87.33654 / beta, 17.32868 / beta]),
    bounds: { forward: 2, derivative: 2 },
    citation: 'Ramachandran, Zoph & Le 2017, arXiv:1710.05941',
  },
  softplus: {
    formula: 'ln(1+e^(βx))/β',
    derivative: 'σ(βx)',
    points: ({ beta }: Parameters) => [0, -87.33654 / beta, -103.97 / beta, 17.32868 / beta],
    bounds: { forward: 2.25, derivative: 1.75 },
    citation: 'Dugas et al. 2000',
  },
  mish: {
    formula: 'x·tanh(softplus(x))',
    derivative: 'tanh(softplus(x)) + x·sech²(softplus(x))·σ(x)',
    points: () => [0, -1.1924338, -87.33654, -91.8, 9.0],
    bounds: { forward: 2.5, derivative: 2.25 },
    citation: 'Misra 2019, arXiv:1908.08681',
  },
  softsign: {
    formula: 'x/(1+|x|)',
    derivative: '1/(1+|x|)²',
    points: () => [0],
    bounds: { forward: 1.5, derivative: 3 },
    citation: 'Turian, Bergstra & Bengio 2009',
  },
  logSigmoid: {
    formula: '−ln(1+e⁻ˣ)',
    derivative: 'σ(−x)',
    points: () => [0, 87.33654, 103.97, -17.32868],
    bounds: { forward: 2.25, derivative: 1.75 },
    citation: '',
  },
  hardSigmoid: {
    formula: 'min(max(αx+β, 0), 1)',
    derivative: 'α if 0 < αx+β < 1, else 0',
    points: ({ alpha, beta }: Parameters) => (alpha === 0 ? [] : [-beta / alpha, (1 - beta) / alpha]),
    bounds: { forward: 1.5, derivative: 2 },
    citation: 'Courbariaux, Bengio & David 2015, arXiv:1511.00363',
  },
  hardSwish: {
    formula: 'x·min(max(x/6+½, 0), 1)',
    derivative: '0 if x ≤ −3, 1 if x ≥ 3, else x/3+½',
    points: () => [-3, -1.5, 0, 3],
    bounds: { forward: 1.5, derivative: 2 },
    citation: 'Howard et al. 2019, arXiv:1905.02244',
  },
  hardTanh: {
    formula: 'min(max(x, min), max)',
    derivative: '1 if min < x < max, else 0',
    points: ({ min, max }: Parameters) => [min, max],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Collobert 2004',
  },
  softshrink: {
    formula: 'x−λ if x > λ, x+λ if x < −λ, else 0',
    derivative: '1 if |x| > λ, else 0',
    points: ({ lambda }: Parameters) => [-lambda, lambda],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Donoho & Johnstone 1994',
  },
  shrink: {
    formula: 'x−bias if x > λ, x+bias if x < −λ, else 0',
    derivative: '1 if |x| > λ, else 0',
    points: ({ lambda, bias }: Parameters) => [-lambda, lambda, -bias, bias],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'ONNX Shrink',
  },
  hardshrink: {
    formula: 'x if |x| > λ, else 0',
    derivative: '1 if |x| > λ, else 0',
    points: ({ lambda }: Parameters) => [-lambda, lambda],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Donoho & Johnstone 1994',
  },
  tanhshrink: {
    formula: 'x − tanh x',
    derivative: 'tanh² x',
    points: () => [0, 9.010914, -9.010914],
    bounds: { forward: 2.25, derivative: 2.5 },
    citation: '',
  },
  threshold: {
    formula: 'x if x > threshold, else value',
    derivative: '1 if x > threshold, else 0',
    points: ({ threshold }: Parameters) => [threshold],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Konda, Memisevic & Krueger 2014, arXiv:1402.3337',
  },
  squareplus: {
    formula: '(x+√(x²+b))/2',
    derivative: '(1+x/√(x²+b))/2',
    points: ({ b }: Parameters) => [0, -Math.sqrt(b), Math.sqrt(b)],
    bounds: { forward: 2, derivative: 3 },
    citation: 'Barron 2021, arXiv:2112.11687',
  },
  exponential: {
    formula: 'eˣ',
    derivative: 'eˣ',
    points: () => [0, -87.33654, 88.72284],
    bounds: { forward: 1.15, derivative: 1.15 },
    citation: '',
  },
  sparsePlus: {
    formula: '0 if x ≤ −1, x if x ≥ 1, else (x+1)²/4',
    derivative: '0 if x ≤ −1, 1 if x ≥ 1, else (x+1)/2',
    points: () => [-1, 0, 1],
    bounds: { forward: 1.5, derivative: 2 },
    citation: 'Martins & Astudillo 2016, arXiv:1602.02068',
  },
  sparseSigmoid: {
    formula: '0 if x ≤ −1, 1 if x ≥ 1, else (x+1)/2',
    derivative: '½ if −1 < x < 1, else 0',
    points: () => [-1, 0, 1],
    bounds: { forward: 1, derivative: 1 },
    citation: 'Martins & Astudillo 2016, arXiv:1602.02068',
  },
  softcap: {
    formula: 'cap·tanh(x/cap)',
    derivative: '1−tanh²(x/cap)',
    points: ({ cap }: Parameters) => [0, 9.010914 * cap, -9.010914 * cap],
    bounds: { forward: 3, derivative: 3 },
    citation: 'Gemma Team 2024, arXiv:2408.00118',
  },
  affine: {
    formula: 'αx + β',
    derivative: 'α; ∂y/∂α = x, ∂y/∂β = 1',
    points: ({ alpha, beta }: Parameters) => (alpha === 0 ? [0] : [0, -beta / alpha]),
    bounds: { forward: 1, derivative: 0.5 },
    citation: '',
  },
  starRelu: {
    formula: 's·max(0, x)² + b',
    derivative: '2s·x if x > 0, else 0; ∂y/∂s = max(0, x)², ∂y/∂b = 1',
    points: ({ scale, shift }: Parameters) => [0, ...(-shift / scale > 0 ? [Math.sqrt(-shift / scale)] : [])],
    bounds: { forward: 1.5, derivative: 1 },
    citation: 'Yu et al. 2022, arXiv:2210.13452',
  },
  clippedRelu: {
    formula: 'min(x, max) if x > threshold, else slope·(x − threshold)',
    derivative: '1 if threshold < x < max, slope if x ≤ threshold, else 0',
    points: ({ max, threshold }: Parameters) => [max, threshold],
    bounds: { forward: 1, derivative: 0.5 },
    citation: 'Hannun et al. 2014, arXiv:1412.5567',
  },
  step: {
    formula: '1 if x > threshold, else 0',
    derivative: '0',
    points: ({ threshold }: Parameters) => [threshold],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'McCulloch & Pitts 1943',
  },
  sign: {
    formula: '−1 if x < 0, 0 if x = 0, 1 if x > 0',
    derivative: '0',
    points: () => [0],
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: '',
  },
  hardMish: {
    formula: '½·x·min(max(x+2, 0), 2)',
    derivative: '0 if x ≤ −2, 1 if x ≥ 0, else x+1',
    points: () => [-2, -1, 0],
    bounds: { forward: 1.5, derivative: 0.5 },
    citation: '',
  },
  gaussian: {
    formula: 'e^(−x²)',
    derivative: '−2x·e^(−x²)',
    points: () => [0, 9.345, -9.345],
    bounds: { forward: 1.5, derivative: 1.75 },
    citation: '',
  },
  erf: {
    formula: 'erf x',
    derivative: '2/√π·e^(−x²)',
    points: () => [0, 0.875, -0.875, 9.345, -9.345],
    bounds: { forward: 1.75, derivative: 1.5 },
    citation: '',
  },
  sine: {
    formula: 'sin(ωx)',
    derivative: 'ω·cos(ωx); ∂y/∂ω = x·cos(ωx)',
    points: ({ omega }: Parameters) => [0, ...(omega ? [1, 2, 3, 5, 100].map((k) => (k * Math.PI) / 2 / omega!) : [])],
    bounds: { forward: 1.5, derivative: 1.5 },
    citation: 'Sitzmann et al. 2020, arXiv:2006.09661',
  },
  snake: {
    formula: 'x + sin²(αx)/α, x if α = 0',
    derivative: '1 + sin(2αx); ∂y/∂α = x·sin(2αx)/α − sin²(αx)/α²',
    points: ({ alpha }: Parameters) => [0, ...(alpha ? [-1, 1, 3, 101].map((k) => (k * Math.PI) / 4 / alpha!) : [])],
    bounds: { forward: 2.5, derivative: 2 },
    citation: 'Ziyin, Hartwig & Ueda 2020, arXiv:2006.08195',
  },
  snakeBeta: {
    formula: 'x + sin²(αx)/β',
    derivative: '1 + (α/β)·sin(2αx); ∂y/∂α = x·sin(2αx)/β, ∂y/∂β = −sin²(αx)/β²',
    points: ({ alpha }: Parameters) => [0, ...(alpha ? [-1, 1, 3, 101].map((k) => (k * Math.PI) / 4 / alpha!) : [])],
    bounds: {
      forward: 1.5,
      derivative: 1.5,
      // beside its roots
      absolute: (x: number, { alpha, beta }: Parameters) =>
        2 ** -24 * Math.abs(x) * Math.max(1, Math.abs(alpha! / beta!)),
    },
    citation: 'Lee et al. 2022, arXiv:2206.04658',
  },
  laplace: {
    formula: '½(1+erf((x−μ)/(σ√2)))',
    derivative: 'φ((x−μ)/σ)/σ, φ the standard normal density',
    points: ({ mu, sigma }: Parameters) => [0, mu, mu - sigma, mu + sigma, mu - 12.9 * sigma, mu + 5.5 * sigma],
    bounds: { forward: 2, derivative: 1.75 },
    citation: 'Ma et al. 2022, arXiv:2209.10655',
  },
  lisht: {
    formula: 'x·tanh x',
    derivative: 'tanh x + x·sech² x',
    points: () => [0, 9.1, -9.1],
    bounds: { forward: 2, derivative: 2 },
    citation: 'Roy et al. 2019, arXiv:1901.05894',
  },
  scaledTanh: {
    formula: 'α·tanh(βx)',
    derivative: 'αβ·sech²(βx); ∂y/∂α = tanh(βx), ∂y/∂β = αx·sech²(βx)',
    points: ({ beta }: Parameters) => [0, 9.010914 / beta, -9.010914 / beta, 44 / beta],
    bounds: { forward: 1.75, derivative: 1.75 },
    citation: 'LeCun et al. 1998',
  },
  dyt: {
    formula: 'γ·tanh(αx) + β',
    derivative: 'γα·sech²(αx); ∂y/∂α = γx·sech²(αx), ∂y/∂γ = tanh(αx), ∂y/∂β = 1',
    points: ({ alpha }: Parameters) => [0, 9.010914 / alpha, -9.010914 / alpha, 44 / alpha],
    bounds: {
      forward: 1.75,
      derivative: 1.75,
      // beside its root
      absolute: (_x: number, { gamma, beta }: Parameters) => 2 ** -22 * Math.min(Math.abs(gamma!), Math.abs(beta!)),
    },
    citation: 'Zhu et al. 2025, arXiv:2503.10622',
  },
  xielu: {
    formula: 'αp·x² + βx if x > 0, else αn·(e^min(x, ε) − 1 − x) + βx',
    derivative: '2αp·x + β if x > 0, else αn·(e^min(x, ε) − 1) + β; ∂y/∂αp = x², ∂y/∂αn = e^min(x, ε) − 1 − x',
    points: ({ epsilon }: Parameters) => [0, epsilon, -1, -0.4855078],
    bounds: {
      forward: 2,
      derivative: 1.5,
      // beside its roots below 0
      absolute: (x: number, { alphaN, beta, epsilon }: Parameters) =>
        x < 0 ? 2 ** -23 * ((alphaN! + Math.abs(beta!)) * Math.min(1, -x) - alphaN! * epsilon!) : 0,
    },
    citation: 'Huang & Schlag 2024, arXiv:2411.13010',
  },
  prelu: {
    formula: 'x if x ≥ 0, else a·x, with a learned weight a',
    derivative: '1 if x ≥ 0, else a; ∂y/∂a = x if x < 0, else 0',
    points: () => [0],
    bounds: { forward: 1, derivative: 1 },
    citation: 'He et al. 2015, arXiv:1502.01852',
  },
};

/** x if x ≥ 0, else αx;  1 if x ≥ 0, else α */
const leakyRelu = {
  value: (x: number, { alpha }: { alpha: number }) => (x >= 0 ? x : scale(alpha, x)),
  derivative: (x: number, { alpha }: { alpha: number }) => (Number.isNaN(x) ? NaN : x >= 0 ? 1 : alpha),
  by: { alpha: (x: number) => (x >= 0 ? 0 : x) },
};

export const reference: Readonly<Record<string, Reference>> = {
  /** x */
  identity: {
    value: (x: number) => x,
    derivative: (x: number) => (Number.isNaN(x) ? NaN : 1),
  },

  /** σ(x) = 1/(1 + e⁻ˣ);  σ(x)·σ(−x) */
  sigmoid: {
    value: (x: number) => sigmoid(x),
    derivative: (x: number) => sigmoidDerivative(x),
  },

  /** tanh x;  1 − tanh² x = 4σ′(2x) */
  tanh: {
    value: (x: number) => Math.tanh(x),
    derivative: (x: number) => 4 * sigmoidDerivative(2 * x),
  },

  /** max(0, x);  1 if x > 0, else 0 */
  relu: {
    value: (x: number) => Math.max(0, x),
    derivative: (x: number) => step(x > 0, x),
  },

  leakyRelu,
  // with a learned slope, `weight`
  prelu: leakyRelu,

  /** min(max(0, x), 6);  1 on 0 < x < 6, else 0 */
  relu6: {
    value: (x: number) => Math.min(Math.max(0, x), 6),
    derivative: (x: number) => step(x > 0 && x < 6, x),
  },

  /** max(0, x)²;  2·max(0, x) */
  reluSquared: {
    value: (x: number) => Math.max(0, x) ** 2,
    derivative: (x: number) => 2 * Math.max(0, x),
  },

  /** x if x > 0, else α(eˣ − 1);  1 if x > 0, else αeˣ */
  elu: {
    value: (x: number, { alpha }: { alpha: number }) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (x: number, { alpha }: { alpha: number }) => (x > 0 ? 1 : alpha * Math.exp(x)),
    by: { alpha: (x: number) => (x > 0 ? 0 : Math.expm1(x)) },
  },

  /** λx if x > 0, else λα(eˣ − 1);  λ if x > 0, else λαeˣ */
  selu: {
    value: (x: number) => (x > 0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * Math.expm1(x)),
    derivative: (x: number) => (x > 0 ? SELU_SCALE : SELU_SCALE_ALPHA * Math.exp(x)),
  },

  /** x if x > 0, else α(e^(x/α) − 1);  1 if x > 0, else e^(x/α) */
  celu: {
    value: (x: number, { alpha }: { alpha: number }) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
    derivative(x: number, { alpha }: { alpha: number }) {
      if (x > 0) return 1;
      const t = x / alpha;
      return exp(t, quotientLow(x, alpha, t));
    },
    by: {
      alpha(x: number, { alpha }: { alpha: number }) {
        if (x > 0) return 0;
        const u = x / alpha;
        // e^u(1 − u) − 1 = (e^u − 1 − u) − u(e^u − 1)
        return u < EXP_UNDERFLOW ? -1 : u < -0.5 ? Math.exp(u) * (1 - u) - 1 : celuSeries(u);
      },
    },
  },

  /** x·Φ(x);  Φ(x) + x·φ(x) */
  gelu: {
    value: (x: number) => (x < -40 ? 0 : x * normalCdf(x)),
    derivative(x: number) {
      if (Math.abs(x) > 40) return x > 0 ? 1 : 0;
      const distance = x - GELU_ROOT - GELU_ROOT_LOW;
      return Math.abs(distance) < 0.5 ? distance * geluSeries(distance) : normalCdf(x) + x * normalDensity(x);
    },
  },

  /** x·½(1 + tanh(½v)) = x·σ(v), v = 2√(2/π)(x + 0.044715x³);  σ(v)(1 + w·σ(−v)), w = x·dv/dx */
  geluTanh: {
    value: (x: number) => (x < -40 ? 0 : x * geluTanhGate(x)),
    derivative(x: number) {
      if (Math.abs(x) > 40) return x > 0 ? 1 : 0;
      const gate = geluTanhGate(x);
      const y = Math.exp(-Math.abs(x * (GELU_TANH_SCALE + GELU_TANH_CUBIC * x * x)));
      if (x > 0) return gate * (1 + (x * (GELU_TANH_SCALE + 3 * GELU_TANH_CUBIC * x * x) * y) / (1 + y));
      // σ(v)·n/(1 + eᵛ) with n = 1 + w + eᵛ = (w − w₀) + eᵛ⁰(e^(v−v₀) − 1), two terms of one sign.
      const distance = x - GELU_TANH_ROOT - GELU_TANH_ROOT_LOW;
      const cubic = GELU_TANH_CUBIC * (x * x + x * GELU_TANH_ROOT + GELU_TANH_ROOT * GELU_TANH_ROOT);
      const numerator =
        distance * (GELU_TANH_SCALE + 3 * cubic) +
        GELU_TANH_ROOT_EXP * Math.expm1(distance * (GELU_TANH_SCALE + cubic));
      return (gate * numerator) / (1 + y);
    },
  },

  /** x·σ(1.702x);  σ(t)(1 + t·σ(−t)), t = 1.702x */
  geluSigmoid: {
    value: (x: number) => swish(x, GELU_SIGMOID_BETA, GELU_SIGMOID_BETA_LOW),
    derivative: (x: number) => swishDerivative(x, GELU_SIGMOID_BETA, GELU_SIGMOID_BETA_LOW),
  },

  /** x·σ(x);  σ(x)(1 + x·σ(−x)) */
  silu: {
    value: (x: number) => swish(x, 1, 0),
    derivative: (x: number) => swishDerivative(x, 1, 0),
  },

  /** x·σ(βx);  σ(t)(1 + t·σ(−t)), t = βx */
  swish: {
    value: (x: number, { beta }: { beta: number }) => swish(x, beta, 0),
    derivative: (x: number, { beta }: { beta: number }) => swishDerivative(x, beta, 0),
    by: {
      beta(x: number, { beta }: { beta: number }) {
        const t = scale(beta, x);
        const slope = sigmoidDerivative(t, productLow(beta, x, t));
        return slope === 0 ? 0 : slope * x * x;
      },
    },
  },

  /** ln(1 + e^(βx))/β;  σ(βx) */
  softplus: {
    value: (x: number, { beta }: { beta: number }) => softplus(x, beta),
    derivative(x: number, { beta }: { beta: number }) {
      const t = scale(beta, x);
      return sigmoid(t, productLow(beta, x, t));
    },
    by: {
      // x·σ(βx)/β − y/β, of which only what is small on either side is left: −(u·σ(−u) + ln(1 + e⁻ᵘ))/β², u = |βx|
      beta(x: number, { beta }: { beta: number }) {
        const u = Math.abs(scale(beta, x));
        if (u > -EXP_UNDERFLOW) return 0;
        return -(u * sigmoid(-u) + Math.log1p(Math.exp(-u))) / (beta * beta);
      },
    },
  },

  /** x·tanh(ln(1 + eˣ)) = x·n/(n + 2), n = e(e + 2), e = eˣ;  n/(n + 2) + 4x·e(e + 1)/(n + 2)² */
  mish: {
    value(x: number) {
      if (x < EXP_UNDERFLOW) return 0;
      const y = Math.exp(-Math.abs(x));
      return x > 0 ? (x * (1 + 2 * y)) / (1 + 2 * y * (1 + y)) : (x * y * (y + 2)) / (y * (y + 2) + 2);
    },
    derivative(x: number) {
      if (Math.abs(x) > -EXP_UNDERFLOW) return x > 0 ? 1 : 0;
      const y = Math.exp(-Math.abs(x));
      if (x > 0) {
        const denominator = 1 + 2 * y * (1 + y);
        return (1 + 2 * y + (4 * x * y * y * (1 + y)) / denominator) / denominator;
      }
      // e·m/(n + 2)² with m = e³ + 4e² + 6e + 4 + 4x(e + 1), from which m(root) = 0 is taken term by term with
      // e = e₀ + e₀·growth: what is left has one sign.
      const distance = x - MISH_ROOT - MISH_ROOT_LOW;
      const growth = Math.expm1(distance);
      const slope =
        6 + 4 * MISH_ROOT + MISH_ROOT_EXP * (4 * (2 + growth) + MISH_ROOT_EXP * (3 + growth * (3 + growth)));
      const numerator = 4 * distance * (y + 1) + MISH_ROOT_EXP * growth * slope;
      const denominator = y * (y + 2) + 2;
      return (y * numerator) / (denominator * denominator);
    },
  },

  /** x/(1 + |x|);  1/(1 + |x|)² */
  softsign: {
    value: (x: number) => (Math.abs(x) === Infinity ? Math.sign(x) : x / (1 + Math.abs(x))),
    derivative: (x: number) => 1 / (1 + Math.abs(x)) ** 2,
  },

  /** ln σ(x) = −ln(1 + e⁻ˣ);  σ(−x) */
  logSigmoid: {
    value: (x: number) => -softplus(-x, 1),
    derivative: (x: number) => sigmoid(-x),
  },

  /** min(max(αx + β, 0), 1);  α strictly inside, else 0 */
  hardSigmoid: {
    value: (x: number, { alpha, beta }: { alpha: number; beta: number }) =>
      Math.min(Math.max(line(x, alpha, beta), 0), 1),
    // 1 − y is a line too; from it, a y just below 1 is told from 1
    derivative: (x: number, { alpha, beta }: { alpha: number; beta: number }) =>
      alpha * step(line(x, alpha, beta) > 0 && line(x, -alpha, 1 - beta, sumLow(1, -beta, 1 - beta)) > 0, x),
  },

  /** x·min(max(x/6 + ½, 0), 1);  (2x + 3)/6 on −3 < x < 3, 0 up to it, 1 from it */
  hardSwish: {
    value: (x: number) => (x <= -3 ? 0 : x >= 3 ? x : (x * (x + 3)) / 6),
    derivative: (x: number) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
  },

  /** min(max(x, min), max);  1 strictly inside, else 0; an infinite bound is inside at its infinity, as the limit is 1 */
  hardTanh: {
    value: (x: number, { min, max }: { min: number; max: number }) => Math.min(Math.max(x, min), max),
    derivative: (x: number, { min, max }: { min: number; max: number }) =>
      step((x > min || min === -Infinity) && (x < max || max === Infinity), x),
  },

  /** x − λ if x > λ, x + λ if x < −λ, else 0;  1 if |x| > λ, else 0;  λ ≥ 0 */
  softshrink: {
    value: (x: number, { lambda }: { lambda: number }) => (Math.abs(x) <= lambda ? 0 : x > 0 ? x - lambda : x + lambda),
    derivative: (x: number, { lambda }: { lambda: number }) => step(Math.abs(x) > lambda, x),
  },

  /** x − bias if x > λ, x + bias if x < −λ, else 0;  1 if |x| > λ, else 0;  λ ≥ 0 */
  shrink: {
    value: (x: number, { lambda, bias }: { lambda: number; bias: number }) =>
      Math.abs(x) <= lambda ? 0 : x > 0 ? x - bias : x + bias,
    derivative: (x: number, { lambda }: { lambda: number }) => step(Math.abs(x) > lambda, x),
  },

  /** x if |x| > λ, else 0;  1 if |x| > λ, else 0;  λ ≥ 0 */
  hardshrink: {
    value: (x: number, { lambda }: { lambda: number }) => (Math.abs(x) <= lambda ? 0 : x),
    derivative: (x: number, { lambda }: { lambda: number }) => step(Math.abs(x) > lambda, x),
  },

  /** x − tanh x;  tanh² x */
  tanhshrink: {
    value: (x: number) => (Math.abs(x) < 1.5 ? tanhshrinkSeries(x) / Math.cosh(x) : x - Math.tanh(x)),
    derivative: (x: number) => Math.tanh(x) ** 2,
  },

  /** x if x > threshold, else value;  1 if x > threshold, else 0 */
  threshold: {
    value: (x: number, { threshold, value }: { threshold: number; value: number }) => (x <= threshold ? value : x),
    derivative: (x: number, { threshold }: { threshold: number }) => step(x > threshold, x),
  },

  /** (x + r)/2, r = √(x² + b);  (1 + x/r)/2; below 0 by x + r = b/(r − x) */
  squareplus: {
    value(x: number, { b }: { b: number }) {
      const root = Math.sqrt(x * x + b);
      return x < 0 ? (0.5 * b) / (root - x) : 0.5 * (x + root);
    },
    derivative(x: number, { b }: { b: number }) {
      if (x === Infinity) return 1;
      const root = Math.sqrt(x * x + b);
      // b = 0 is relu, whose derivative at 0 is 0
      if (root === 0) return 0;
      return x < 0 ? (0.5 * b) / (root * (root - x)) : 0.5 * (1 + x / root);
    },
  },

  /** eˣ;  eˣ */
  exponential: {
    value: (x: number) => Math.exp(x),
    derivative: (x: number) => Math.exp(x),
  },

  /** 0 if x ≤ −1, x if x ≥ 1, else (x + 1)²/4;  0, 1, else (x + 1)/2 */
  sparsePlus: {
    value: (x: number) => (x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4),
    derivative: (x: number) => (x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2),
  },

  /** 0 if x ≤ −1, 1 if x ≥ 1, else (x + 1)/2;  ½ strictly inside, else 0 */
  sparseSigmoid: {
    value: (x: number) => (x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2),
    derivative: (x: number) => 0.5 * step(x > -1 && x < 1, x),
  },

  /** cap·tanh(x/cap);  1 − tanh²(x/cap) */
  softcap: {
    value: (x: number, { cap }: { cap: number }) => cap * Math.tanh(x / cap),
    derivative(x: number, { cap }: { cap: number }) {
      const t = x / cap;
      return 4 * sigmoidDerivative(2 * t, 2 * quotientLow(x, cap, t));
    },
  },

  /** αx + β;  α */
  affine: {
    value: (x: number, { alpha, beta }: { alpha: number; beta: number }) => line(x, alpha, beta),
    derivative: (x: number, { alpha }: { alpha: number }) => (Number.isNaN(x) ? NaN : alpha),
    by: { alpha: (x: number) => x, beta: (x: number) => (Number.isNaN(x) ? NaN : 1) },
  },

  /** s·max(0, x)² + b;  2s·max(0, x); the square of a float32 is exact */
  starRelu: {
    value: (x: number, { scale: factor, shift }: { scale: number; shift: number }) =>
      line(Math.max(0, x) ** 2, factor, shift),
    derivative: (x: number, { scale: factor }: { scale: number }) => (x <= 0 ? 0 : scale(2 * factor, x)),
    by: { scale: (x: number) => Math.max(0, x) ** 2, shift: (x: number) => (Number.isNaN(x) ? NaN : 1) },
  },

  /** min(x, max) if x > threshold, else slope·(x − threshold);  1, 0 from max on, else slope */
  clippedRelu: {
    value: (x: number, { slope, max, threshold }: { slope: number; max: number; threshold: number }) =>
      x <= threshold ? scale(slope, x - threshold) : Math.min(x, max),
    derivative: (x: number, { slope, max, threshold }: { slope: number; max: number; threshold: number }) =>
      x <= threshold ? slope : step(x < max || max === Infinity, x),
  },

  /** 1 if x > threshold, else 0;  0 */
  step: {
    value: (x: number, { threshold }: { threshold: number }) => step(x > threshold, x),
    derivative: (x: number) => (Number.isNaN(x) ? NaN : 0),
  },

  /** the sign of x;  0 */
  sign: {
    value: (x: number) => Math.sign(x),
    derivative: (x: number) => (Number.isNaN(x) ? NaN : 0),
  },

  /** ½·x·min(max(x + 2, 0), 2);  0 up to −2, 1 from 0 on, else x + 1 */
  hardMish: {
    value: (x: number) => (x <= -2 ? 0 : x >= 0 ? x : 0.5 * x * (x + 2)),
    derivative: (x: number) => (x <= -2 ? 0 : x >= 0 ? 1 : x + 1),
  },

  /** e^(−x²);  −2x·e^(−x²); the square of a float32 is exact */
  gaussian: {
    value: (x: number) => Math.exp(-x * x),
    derivative: (x: number) => (Math.abs(x) > 40 ? 0 : -2 * x * Math.exp(-x * x)),
  },

  /** erf x;  2/√π·e^(−x²) */
  erf: {
    value: (x: number) => erf(x),
    derivative: (x: number) => 2 * INVERSE_SQRT_PI * Math.exp(-x * x),
  },

  /** sin(ωx);  ω·cos(ωx); no limit at ±∞ */
  sine: {
    value: (x: number, { omega }: { omega: number }) => sinOf(x, omega),
    derivative: (x: number, { omega }: { omega: number }) => omega * cosOf(x, omega),
    by: { omega: (x: number, { omega }: { omega: number }) => x * cosOf(x, omega) },
  },

  /** x + sin²(αx)/α;  1 + sin(2αx) = 2·sin²(αx + π/4) */
  snake: {
    value: (x: number, { alpha }: { alpha: number }) => x + (alpha === 0 ? 0 * x : sinOf(x, alpha) ** 2 / alpha),
    derivative(x: number, { alpha }: { alpha: number }) {
      const sine = sinOf(x, 2 * alpha);
      return sine > -0.5 ? 1 + sine : 2 * sinEighth(x, alpha) ** 2;
    },
    by: {
      alpha(x: number, { alpha }: { alpha: number }) {
        if (Math.abs(alpha * x) < 1e-8) return x * x;
        const sine = sinOf(x, alpha);
        return ((2 * x * cosOf(x, alpha) - sine / alpha) * sine) / alpha;
      },
    },
  },

  /** x + sin²(αx)/β;  1 + (α/β)·sin(2αx) */
  snakeBeta: {
    value: (x: number, { alpha, beta }: { alpha: number; beta: number }) => x + sinOf(x, alpha) ** 2 / beta,
    derivative: (x: number, { alpha, beta }: { alpha: number; beta: number }) =>
      1 + (alpha / beta) * sinOf(x, 2 * alpha),
    by: {
      alpha: (x: number, { alpha, beta }: { alpha: number; beta: number }) => (x * sinOf(x, 2 * alpha)) / beta,
      beta: (x: number, { alpha, beta }: { alpha: number; beta: number }) => -(sinOf(x, alpha) ** 2) / (beta * beta),
    },
  },

  /** Φ(z), z = (x − μ)/σ;  φ(z)/σ */
  laplace: {
    value(x: number, { mu, sigma }: { mu: number; sigma: number }) {
      const { z, low } = standardized(x, mu, sigma);
      if (Math.abs(z) > 40) return z < 0 ? 0 : 1;
      // Φ of a float32, and two terms of its series for the rest
      const near = Math.fround(z);
      const rest = z - near + low;
      return normalCdf(near) + normalDensity(near) * (rest - 0.5 * near * rest * rest);
    },
    derivative(x: number, { mu, sigma }: { mu: number; sigma: number }) {
      const { z, low } = standardized(x, mu, sigma);
      if (Math.abs(z) > 40) return 0;
      const square = z * z;
      const rest = productLow(z, z, square) + 2 * z * low;
      return (INVERSE_SQRT_TWO_PI * exp(-0.5 * square, -0.5 * rest)) / sigma;
    },
  },

  /** x·tanh x;  tanh x + x·sech² x */
  lisht: {
    value: (x: number) => x * Math.tanh(x),
    derivative: (x: number) => Math.tanh(x) + (Math.abs(x) > 400 ? 0 : x * 4 * sigmoidDerivative(2 * x)),
  },

  /** α·tanh(βx);  αβ·sech²(βx) */
  scaledTanh: {
    value: (x: number, { alpha, beta }: { alpha: number; beta: number }) => alpha * Math.tanh(scale(beta, x)),
    derivative: (x: number, { alpha, beta }: { alpha: number; beta: number }) => alpha * beta * sechSquared(x, beta),
    by: {
      alpha: (x: number, { beta }: { beta: number }) => Math.tanh(scale(beta, x)),
      beta: (x: number, { alpha, beta }: { alpha: number; beta: number }) => alpha * scale(sechSquared(x, beta), x),
    },
  },

  /** γ·tanh(αx) + β;  γα·sech²(αx) */
  dyt: {
    value: (x: number, { alpha, gamma, beta }: { alpha: number; gamma: number; beta: number }) =>
      gamma * Math.tanh(scale(alpha, x)) + beta,
    derivative: (x: number, { alpha, gamma }: { alpha: number; gamma: number }) =>
      gamma * alpha * sechSquared(x, alpha),
    by: {
      alpha: (x: number, { alpha, gamma }: { alpha: number; gamma: number }) => gamma * scale(sechSquared(x, alpha), x),
      gamma: (x: number, { alpha }: { alpha: number }) => Math.tanh(scale(alpha, x)),
      beta: (x: number) => (Number.isNaN(x) ? NaN : 1),
    },
  },

  /** αp·x² + βx if x > 0, else αn·(e^m − 1 − x) + βx, m = min(x, ε);  2αp·x + β, αn·(e^m − 1) + β */
  xielu: {
    value(x: number, { alphaP, alphaN, beta, epsilon }: XieluParameters) {
      if (x > 0) return x === Infinity && alphaP === 0 && beta === 0 ? 0 : x * line(x, alphaP, beta);
      if (x < -40) return scale(beta - alphaN, x) - alphaN;
      const m = Math.min(x, epsilon);
      return alphaN * (expMinusLine(m) + (m - x)) + beta * x;
    },
    derivative: (x: number, { alphaP, alphaN, beta, epsilon }: XieluParameters) =>
      x > 0 ? line(x, 2 * alphaP, beta) : alphaN * Math.expm1(Math.min(x, epsilon)) + beta,
    by: {
      alphaP: (x: number) => Math.max(0, x) ** 2,
      alphaN(x: number, { epsilon }: XieluParameters) {
        if (x > 0) return 0;
        const m = Math.min(x, epsilon);
        return x < -40 ? -1 - x : expMinusLine(m) + (m - x);
      },
    },
  },
};

type XieluParameters = Parameters<'alphaP' | 'alphaN' | 'beta' | 'epsilon'>;

/** dx = dy·f′(x); where a flat activation's f′ is 0 by a branch, dx is 0 for every dy, NaN and ∞ included. */
export function gradient(dy: number, derivative: number, flat: boolean): number {
  return flat && derivative === 0 ? 0 : dy * derivative;
}

/** 1 inside, 0 outside, NaN for NaN */
function step(inside: boolean, x: number): number {
  return Number.isNaN(x) ? NaN : Number(inside);
}

/** (Φ(x) + x·φ(x))/d at x = GELU_ROOT + d, |d| ≤ ½ */
function geluSeries(distance: number): number {
  let sum = 0;
  for (let k = GELU_TAYLOR.length - 1; k >= 0; k--) sum = sum * distance + GELU_TAYLOR[k]!;
  return sum;
}

/** σ(v), v = x·(2√(2/π) + 2√(2/π)·0.044715·x²) with what the roundings took from it; x² is exact */
function geluTanhGate(x: number): number {
  if (x > 40) return 1;
  const square = x * x;
  const cubic = GELU_TANH_CUBIC * square;
  const slope = GELU_TANH_SCALE + cubic;
  const slopeLow =
    sumLow(GELU_TANH_SCALE, cubic, slope) +
    productLow(GELU_TANH_CUBIC, square, cubic) +
    GELU_TANH_CUBIC_LOW * square +
    GELU_TANH_SCALE_LOW;
  const v = x * slope;
  return sigmoid(v, productLow(x, slope, v) + x * slopeLow);
}

/** x·σ((β + βLow)x) */
function swish(x: number, beta: number, betaLow: number): number {
  const t = scale(beta, x);
  return t < EXP_UNDERFLOW ? 0 : x * sigmoid(t, productLow(beta, x, t) + betaLow * x);
}

/** σ(t)(1 + t·σ(−t)), t = (β + βLow)x */
function swishDerivative(x: number, beta: number, betaLow: number): number {
  const t = scale(beta, x);
  if (Math.abs(t) > -EXP_UNDERFLOW) return t > 0 ? 1 : 0;
  if (t >= 0) {
    const y = Math.exp(-t);
    return (1 + (t * y) / (1 + y)) / (1 + y);
  }
  // σ(t)·n/(1 + eᵗ) with n = 1 + t + eᵗ = (t − r) + eʳ(e^(t−r) − 1) for the root r, two terms of one sign.
  const tLow = productLow(beta, x, t) + scale(betaLow, x);
  const distance = t - SILU_ROOT + (tLow - SILU_ROOT_LOW);
  const y = exp(t, tLow);
  return (y * (distance + SILU_ROOT_EXP * Math.expm1(distance))) / ((1 + y) * (1 + y));
}

/** ln(1 + e^(βx))/β */
function softplus(x: number, beta: number): number {
  const t = scale(beta, x);
  if (t > 0) return x + Math.log1p(Math.exp(-t)) / beta;
  return Math.log1p(exp(t, productLow(beta, x, t))) / beta;
}

/** αx + β + βLow, exact through its zero. The float64 nearest to ±1/6 means a sixth, so that the default's kinks lie at ±3. */
function line(x: number, alpha: number, beta: number, betaLow = 0): number {
  const product = scale(alpha, x);
  const sum = product + beta;
  const alphaLow = Math.abs(alpha) === 1 / 6 ? (Math.sign(alpha) * 2 ** -55) / 3 : 0;
  return sum + (sumLow(product, beta, sum) + productLow(alpha, x, product) + scale(alphaLow, x) + betaLow);
}

/** x·cosh x − sinh x = Σ 2k·x^(2k+1)/(2k+1)!, all terms of one sign; to 2⁻⁶⁴ for |x| < 1.5 */
function tanhshrinkSeries(x: number): number {
  const square = x * x;
  let sum = 1;
  for (let k = 12; k >= 1; k--) sum = 1 + (sum * square) / (2 * k * (2 * k + 3));
  return (sum * x * square) / 3;
}

/** sech²(βx) = 4σ′(2βx) */
function sechSquared(x: number, beta: number): number {
  const t = scale(beta, x);
  return 4 * sigmoidDerivative(2 * t, 2 * productLow(beta, x, t));
}

/** sin(factor·x) with what rounding takes from its argument; NaN for ±∞ */
function sinOf(x: number, factor: number): number {
  const t = factor * x;
  const low = productLow(factor, x, t);
  return Math.sin(t) * Math.cos(low) + Math.cos(t) * Math.sin(low);
}

/** sin(factor·x + π/4), through its zeros where those are not too far out */
function sinEighth(x: number, factor: number): number {
  const product = factor * x;
  if (Math.abs(product) > 1e6) return Math.SQRT1_2 * (sinOf(x, factor) + cosOf(x, factor));
  const t = product + EIGHTH_TURN;
  const low = sumLow(product, EIGHTH_TURN, t) + productLow(factor, x, product) + EIGHTH_TURN_LOW;
  return Math.sin(t) + Math.cos(t) * low;
}

/** cos(factor·x) likewise */
function cosOf(x: number, factor: number): number {
  const t = factor * x;
  const low = productLow(factor, x, t);
  return Math.cos(t) * Math.cos(low) - Math.sin(t) * Math.sin(low);
}

/** (x − μ)/σ, and what the roundings took from it */
function standardized(x: number, mu: number, sigma: number): { readonly z: number; readonly low: number } {
  const difference = x - mu;
  const z = difference / sigma;
  return { z, low: quotientLow(difference, sigma, z) + sumLow(x, -mu, difference) / sigma };
}

/** e^x − 1 − x = Σ x^k/k!, k ≥ 2; below −½ by expm1, where little cancels */
function expMinusLine(x: number): number {
  if (x < -0.5) return Math.expm1(x) - x;
  let sum = 1;
  for (let k = 16; k >= 3; k--) sum = 1 + (sum * x) / k;
  return 0.5 * x * x * sum;
}

/** e^u(1 − u) − 1 = −Σ (k − 1)·u^k/k!, k ≥ 2 */
function celuSeries(u: number): number {
  let [sum, power] = [0, u];
  for (let k = 2; k <= 20; k++) {
    power *= u / k;
    sum -= (k - 1) * power;
  }
  return sum;
}
