/**
 * Every elementwise function's definition, and its derivative step by step. The formulas are text that people read and that a test
 * evaluates: each line is compared with the reference. `where` names what the lines below it use.
 */
export interface Derivation {
  readonly f: string;
  readonly where?: Readonly<Record<string, string>>;
  /** A formula of f′, and the rule that led to it. */
  readonly steps: readonly (readonly [formula: string, rule: string])[];
}

const PIECES = 'each piece by itself; at a kink one side is agreed on';
const PRODUCT = 'product rule: (u · v)′ = u′ · v + u · v′';
const CHAIN = 'chain rule: outer slope times inner slope';

export const derivations: Readonly<Record<string, Derivation>> = {
  identity: { f: 'x', steps: [['1', 'a straight line has the same slope everywhere']] },
  sigmoid: {
    f: '1/(1 + e^(−x))',
    steps: [
      ['e^(−x)/(1 + e^(−x))²', 'chain rule: (1/u)′ = −u′/u², with u = 1 + e^(−x) and u′ = −e^(−x)'],
      ['1/(1 + e^(−x)) · e^(−x)/(1 + e^(−x))', 'one fraction written as two'],
      ['σ(x) · (1 − σ(x))', 'the first factor is σ(x), the second 1 − σ(x)'],
    ],
  },
  tanh: {
    f: '(e^x − e^(−x))/(e^x + e^(−x))',
    steps: [
      ['((e^x + e^(−x))² − (e^x − e^(−x))²)/(e^x + e^(−x))²', 'quotient rule: (u/v)′ = (u′ · v − u · v′)/v²'],
      ['1 − tanh(x)²', 'divide both terms: the first is 1, the second tanh(x)²'],
    ],
  },
  relu: {
    f: 'max(0, x)',
    steps: [['1 if x > 0, else 0', 'x has the slope 1, 0 the slope 0; at x = 0, 0 is agreed on']],
  },
  leakyRelu: {
    f: 'x if x ≥ 0, else α · x',
    steps: [['1 if x ≥ 0, else α', 'two straight lines, each with its own slope']],
  },
  prelu: {
    f: 'x if x ≥ 0, else a · x',
    steps: [['1 if x ≥ 0, else a', 'as leakyRelu, but a is learned: ∂y/∂a = x where x < 0, else 0']],
  },
  relu6: { f: 'min(max(0, x), 6)', steps: [['1 if 0 < x < 6, else 0', PIECES]] },
  reluSquared: {
    f: 'max(0, x)²',
    steps: [
      ['2 · max(0, x) · (1 if x > 0, else 0)', CHAIN],
      ['2 · max(0, x)', 'where x ≤ 0 both are 0'],
    ],
  },
  elu: {
    f: 'x if x > 0, else α · (e^x − 1)',
    steps: [['1 if x > 0, else α · e^x', 'each piece by itself; e^x is its own slope']],
  },
  selu: {
    f: 'λ · x if x > 0, else λ · α · (e^x − 1)',
    steps: [['λ if x > 0, else λ · α · e^x', 'elu with α = 1.6733, times λ = 1.0507']],
  },
  celu: {
    f: 'x if x > 0, else α · (e^(x/α) − 1)',
    steps: [
      ['1 if x > 0, else α · e^(x/α) · (1/α)', CHAIN],
      ['1 if x > 0, else e^(x/α)', 'α and 1/α cancel'],
    ],
  },
  gelu: {
    f: 'x · Φ(x)',
    steps: [
      ['Φ(x) + x · Φ′(x)', PRODUCT],
      ['Φ(x) + x · φ(x)', 'the slope of the normal distribution Φ is its density φ'],
      ['Φ(x) + x · e^(−x²/2)/√(2π)', 'φ written out'],
    ],
  },
  geluTanh: {
    f: '½ · x · (1 + tanh(u))',
    where: { u: '√(2/π) · (x + 0.044715 · x³)', 'u′': '√(2/π) · (1 + 0.134145 · x²)' },
    steps: [
      ['½ · (1 + tanh(u)) + ½ · x · tanh′(u) · u′', 'product rule, then chain rule'],
      ['½ · (1 + tanh(u)) + ½ · x · (1 − tanh(u)²) · u′', 'tanh′ = 1 − tanh²'],
    ],
  },
  geluSigmoid: {
    f: 'x · σ(1.702 · x)',
    steps: [
      ['σ(1.702 · x) + 1.702 · x · σ′(1.702 · x)', 'product rule, then chain rule'],
      ['σ(1.702 · x) + 1.702 · x · σ(1.702 · x) · (1 − σ(1.702 · x))', 'σ′ = σ · (1 − σ)'],
    ],
  },
  silu: {
    f: 'x · σ(x)',
    steps: [
      ['σ(x) + x · σ′(x)', PRODUCT],
      ['σ(x) + x · σ(x) · (1 − σ(x))', 'σ′ = σ · (1 − σ)'],
      ['σ(x) + silu(x) · (1 − σ(x))', 'x · σ(x) is silu(x)'],
    ],
  },
  swish: {
    f: 'x · σ(β · x)',
    steps: [
      ['σ(β · x) + x · β · σ′(β · x)', 'product rule, then chain rule'],
      ['σ(β · x) + β · x · σ(β · x) · (1 − σ(β · x))', 'σ′ = σ · (1 − σ)'],
    ],
  },
  softplus: {
    f: 'ln(1 + e^(β · x))/β',
    steps: [
      ['β · e^(β · x)/(1 + e^(β · x))/β', 'chain rule: (ln u)′ = u′/u'],
      ['σ(β · x)', 'β cancels; numerator and denominator divided by e^(β · x)'],
    ],
  },
  mish: {
    f: 'x · tanh(s)',
    where: { s: 'ln(1 + e^x)' },
    steps: [
      ['tanh(s) + x · tanh′(s) · σ(x)', 'product rule, then chain rule; softplus s has the slope σ(x)'],
      ['tanh(s) + x · (1 − tanh(s)²) · σ(x)', 'tanh′ = 1 − tanh²'],
    ],
  },
  softsign: {
    f: 'x/(1 + |x|)',
    steps: [
      ['(1 + |x| − x · sign(x))/(1 + |x|)²', 'quotient rule; |x| has the slope sign(x)'],
      ['1/(1 + |x|)²', 'x · sign(x) is |x|'],
    ],
  },
  logSigmoid: {
    f: '−ln(1 + e^(−x))',
    steps: [
      ['e^(−x)/(1 + e^(−x))', 'chain rule: (ln u)′ = u′/u'],
      ['1 − σ(x)', 'σ(x) = 1/(1 + e^(−x))'],
      ['σ(−x)', 'σ is symmetric about (0, ½)'],
    ],
  },
  hardSigmoid: {
    f: 'min(max(α · x + β, 0), 1)',
    steps: [['α if 0 < α · x + β < 1, else 0', PIECES]],
  },
  hardSwish: {
    f: 'x · min(max(x/6 + ½, 0), 1)',
    steps: [
      ['0 if x ≤ −3, 1 if x ≥ 3, else x/6 + ½ + x/6', 'product rule in the middle piece'],
      ['0 if x ≤ −3, 1 if x ≥ 3, else x/3 + ½', 'the two sixths added'],
    ],
  },
  hardTanh: { f: 'min(max(x, min), max)', steps: [['1 if min < x < max, else 0', PIECES]] },
  softshrink: { f: 'x − λ if x > λ, x + λ if x < −λ, else 0', steps: [['1 if |x| > λ, else 0', PIECES]] },
  shrink: { f: 'x − bias if x > λ, x + bias if x < −λ, else 0', steps: [['1 if |x| > λ, else 0', PIECES]] },
  hardshrink: { f: 'x if |x| > λ, else 0', steps: [['1 if |x| > λ, else 0', PIECES]] },
  tanhshrink: {
    f: 'x − tanh(x)',
    steps: [
      ['1 − (1 − tanh(x)²)', 'tanh′ = 1 − tanh²'],
      ['tanh(x)²', 'the ones cancel'],
    ],
  },
  threshold: { f: 'x if x > threshold, else value', steps: [['1 if x > threshold, else 0', PIECES]] },
  squareplus: {
    f: '(x + √(x² + b))/2',
    steps: [
      ['(1 + 2 · x/(2 · √(x² + b)))/2', 'chain rule: (√u)′ = u′/(2 · √u)'],
      ['(1 + x/√(x² + b))/2', 'the twos cancel'],
    ],
  },
  exponential: { f: 'e^x', steps: [['e^x', 'e is the base whose power is its own slope']] },
  sparsePlus: {
    f: '0 if x ≤ −1, x if x ≥ 1, else (x + 1)²/4',
    steps: [['0 if x ≤ −1, 1 if x ≥ 1, else (x + 1)/2', PIECES]],
  },
  sparseSigmoid: {
    f: '0 if x ≤ −1, 1 if x ≥ 1, else (x + 1)/2',
    steps: [['½ if −1 < x < 1, else 0', PIECES]],
  },
  softcap: {
    f: 'cap · tanh(x/cap)',
    steps: [
      ['cap · tanh′(x/cap) · (1/cap)', CHAIN],
      ['1 − tanh(x/cap)²', 'cap cancels; tanh′ = 1 − tanh²'],
    ],
  },
  affine: { f: 'α · x + β', steps: [['α', 'a straight line has the same slope everywhere']] },
  starRelu: {
    f: 's · max(0, x)² + b',
    steps: [
      ['s · 2 · max(0, x) · (1 if x > 0, else 0)', CHAIN],
      ['2 · s · max(0, x)', 'where x ≤ 0 both are 0'],
    ],
  },
  clippedRelu: {
    f: 'min(x, max) if x > threshold, else slope · (x − threshold)',
    steps: [['1 if threshold < x < max, slope if x ≤ threshold, else 0', PIECES]],
  },
  step: { f: '1 if x > threshold, else 0', steps: [['0', 'flat on both sides: nothing can be learned through it']] },
  sign: {
    f: '−1 if x < 0, 1 if x > 0, else 0',
    steps: [['0', 'flat on both sides: nothing can be learned through it']],
  },
  hardMish: {
    f: '½ · x · min(max(x + 2, 0), 2)',
    steps: [
      ['0 if x ≤ −2, 1 if x ≥ 0, else ½ · (x + 2) + ½ · x', 'product rule in the middle piece'],
      ['0 if x ≤ −2, 1 if x ≥ 0, else x + 1', 'the two halves added'],
    ],
  },
  gaussian: { f: 'e^(−x²)', steps: [['−2 · x · e^(−x²)', 'chain rule: (e^u)′ = u′ · e^u']] },
  erf: { f: 'erf(x)', steps: [['2/√π · e^(−x²)', 'erf is 2/√π times the area under e^(−t²) from 0 to x']] },
  sine: { f: 'sin(ω · x)', steps: [['ω · cos(ω · x)', 'chain rule: sin′ = cos']] },
  snake: {
    f: 'x + sin(α · x)²/α',
    steps: [
      ['1 + 2 · sin(α · x) · cos(α · x) · α/α', CHAIN],
      ['1 + sin(2 · α · x)', '2 · sin u · cos u = sin 2u'],
    ],
  },
  snakeBeta: {
    f: 'x + sin(α · x)²/β',
    steps: [
      ['1 + 2 · sin(α · x) · cos(α · x) · α/β', CHAIN],
      ['1 + α/β · sin(2 · α · x)', '2 · sin u · cos u = sin 2u'],
    ],
  },
  laplace: {
    f: '½ · (1 + erf(u/√2))',
    where: { u: '(x − μ)/sigma' },
    steps: [
      ['Φ′(u) · (1/sigma)', 'chain rule; ½ · (1 + erf(u/√2)) is the normal distribution Φ(u)'],
      ['φ(u)/sigma', 'the slope of Φ is its density φ'],
    ],
  },
  lisht: {
    f: 'x · tanh(x)',
    steps: [
      ['tanh(x) + x · tanh′(x)', PRODUCT],
      ['tanh(x) + x · (1 − tanh(x)²)', 'tanh′ = 1 − tanh²'],
    ],
  },
  scaledTanh: {
    f: 'α · tanh(β · x)',
    steps: [
      ['α · tanh′(β · x) · β', CHAIN],
      ['α · β · (1 − tanh(β · x)²)', 'tanh′ = 1 − tanh²'],
    ],
  },
  dyt: {
    f: 'γ · tanh(α · x) + β',
    steps: [
      ['γ · tanh′(α · x) · α', CHAIN],
      ['γ · α · (1 − tanh(α · x)²)', 'tanh′ = 1 − tanh²'],
    ],
  },
  xielu: {
    f: 'αp · x² + β · x if x > 0, else αn · (e^min(x, ε) − 1 − x) + β · x',
    steps: [
      [
        '2 · αp · x + β if x > 0, else αn · (e^min(x, ε) − 1) + β',
        'each piece by itself, ε taken as 0: the convention of its kernels',
      ],
    ],
  },
};
