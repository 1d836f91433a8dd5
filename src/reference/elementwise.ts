/**
 * The float64 truth of every elementwise activation: y = f(x) and f′(x) for x a float32 widened to float64, exact to a
 * few roundings of float64 for every input, through the derivatives' roots and into the tails. A derivative with a root
 * is written as a product that holds (x − root), so that nothing cancels there.
 */
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
  MISH_ROOT,
  MISH_ROOT_EXP,
  MISH_ROOT_LOW,
  SELU_SCALE_ALPHA,
  SILU_ROOT,
  SILU_ROOT_EXP,
  SILU_ROOT_LOW,
} from './constants.js';
import {
  EXP_UNDERFLOW,
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

/** Every parameter of the activation by its name. */
export type ReferenceParameters = Readonly<Record<string, number>>;

export interface Reference {
  value(x: number, parameters: ReferenceParameters): number;
  derivative(x: number, parameters: ReferenceParameters): number;
}

const SELU_SCALE = 1.0507009873554805;

const table = {
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

  /** x if x ≥ 0, else αx;  1 if x ≥ 0, else α */
  leakyRelu: {
    value: (x: number, { alpha }: { alpha: number }) => (x >= 0 ? x : scale(alpha, x)),
    derivative: (x: number, { alpha }: { alpha: number }) => (Number.isNaN(x) ? NaN : x >= 0 ? 1 : alpha),
  },

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
  },

  /** ln(1 + e^(βx))/β;  σ(βx) */
  softplus: {
    value: (x: number, { beta }: { beta: number }) => softplus(x, beta),
    derivative(x: number, { beta }: { beta: number }) {
      const t = scale(beta, x);
      return sigmoid(t, productLow(beta, x, t));
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

  /** x if x ≥ 0, else ax with the learned weight a;  1 if x ≥ 0, else a */
  prelu: {
    value: (x: number, { weight }: { weight: number }) => (x >= 0 ? x : scale(weight, x)),
    derivative: (x: number, { weight }: { weight: number }) => (Number.isNaN(x) ? NaN : x >= 0 ? 1 : weight),
  },
};

export type ReferenceName = keyof typeof table;

export const reference: Readonly<Record<ReferenceName, Reference>> = table;

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
