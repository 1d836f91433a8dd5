/**
 * The table: one row an activation. Facts only; the formula lives in `shaders/activations/` (fast, float32) and in
 * `src/reference/` (plain, float64). Types, API, command line, checks, tests and the README's table follow from a row.
 */
import { describe, nearest } from './errors.js';

/** A hyper-parameter: data of a call, never part of the shader's text. */
export interface Parameter {
  readonly default: number;
  /** A closed interval, on which the accuracy bounds hold too; values outside it are a RangeError. */
  readonly range: readonly [minimum: number, maximum: number];
  /** Values nearer to zero than this are outside the range too (a divisor, say). */
  readonly minimumMagnitude?: number;
}

export type Parameters<P extends string = string> = Readonly<Record<P, number>>;

export interface Row<P extends string = string> {
  /**
   * elementwise: y[i] = f(x[i]). channelwise: f also has a learned weight, one value or one per channel. gated: y =
   * activate(gate) · up. rowwise: over the last axis of [rows, columns].
   */
  readonly family: 'elementwise' | 'channelwise' | 'gated' | 'rowwise';
  /** The elementwise activation of a gated unit's gate. */
  readonly activate?: string;
  /** y, and f′ = dy/dx, for people. */
  readonly formula: string;
  readonly derivative: string;
  /** Names used elsewhere for the same function; letter case, `_`, `-` and spaces never matter. */
  readonly aliases: readonly string[];
  readonly parameters: Readonly<Record<P, Parameter>>;
  /** Override constants of the WGSL: shortcuts that hold for these parameters. */
  readonly overrides?: (parameters: Parameters<P>) => Readonly<Record<string, number>>;
  /** Inputs that deserve a closer look: kinks, roots of f and f′, saturation. */
  readonly points: (parameters: Parameters<P>) => readonly number[];
  /** f′ is exactly 0 on an interval, by a branch: there dx is 0 for every dy, NaN and ∞ included. */
  readonly flat: boolean;
  /** So few operations that memory bounds it on a software adapter too, where a thread then takes twice as many elements. */
  readonly cheap?: boolean;
  /** f′ is a function of y while every parameter is positive, so that backward may be given y instead of x. */
  readonly fromY: boolean;
  /**
   * The accuracy contract: largest error over all 2³² float32 inputs with default parameters; parameters that are no float32
   * may add 1. In ULP, but for softmax's gradient, in 2⁻²⁴·max|dy|, and logSoftmax, in 2⁻²⁴·max(1, |y|) and
   * 2⁻²⁴·(max|dy| + |Σ dy|).
   */
  readonly bounds: {
    readonly forward: number;
    readonly derivative: number;
    /** An error of this size passes whatever it is in ULP: for roots of a user's function. */
    readonly absolute?: number;
  };
  readonly citation: string;
}

const row = <const R extends Row>(facts: R): R => facts;

const LARGEST = 3.4028234663852886e38;
const SMALLEST_NORMAL = 2 ** -126;
const anyFinite = [-LARGEST, LARGEST] as const;
const anyNumber = [-Infinity, Infinity] as const;
const notNegative = [0, LARGEST] as const;

/** Far enough from 0 and ∞ that products of such numbers and their errors are normal. */
const isOrdinary = (value: number): boolean => Math.abs(value) >= 2 ** -20 && Math.abs(value) <= 2 ** 20;

export const catalogue = {
  identity: row({
    family: 'elementwise',
    formula: 'x',
    derivative: '1',
    aliases: ['linear'],
    parameters: {},
    points: () => [],
    flat: false,
    cheap: true,
    fromY: false,
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: '',
  }),
  sigmoid: row({
    family: 'elementwise',
    formula: '1/(1+e⁻ˣ)',
    derivative: 'y(1−y)',
    aliases: ['logistic'],
    parameters: {},
    points: () => [0, -87.33654, 88.72284, 17.32868],
    flat: false,
    fromY: true,
    bounds: { forward: 1.75, derivative: 2 },
    citation: 'Verhulst 1838',
  }),
  tanh: row({
    family: 'elementwise',
    formula: 'tanh x',
    derivative: '1−y²',
    aliases: [],
    parameters: {},
    points: () => [0, 9.010914, -9.010914, 44.0, -44.0],
    flat: false,
    fromY: true,
    bounds: { forward: 1.75, derivative: 2 },
    citation: '',
  }),
  relu: row({
    family: 'elementwise',
    formula: 'max(0, x)',
    derivative: '1 if x > 0, else 0',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: true,
    cheap: true,
    fromY: true,
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Nair & Hinton 2010',
  }),
  leakyRelu: row({
    family: 'elementwise',
    formula: 'x if x ≥ 0, else αx',
    derivative: '1 if x ≥ 0, else α',
    aliases: ['lrelu'],
    parameters: { alpha: { default: 0.01, range: anyFinite } },
    overrides: ({ alpha }) => ({
      leaky_relu_is_usual: Number(Math.abs(alpha) >= SMALLEST_NORMAL && Math.abs(alpha) <= 1),
    }),
    points: () => [0],
    flat: false,
    cheap: true,
    fromY: true,
    bounds: { forward: 1, derivative: 1 },
    citation: 'Maas, Hannun & Ng 2013',
  }),
  relu6: row({
    family: 'elementwise',
    formula: 'min(max(0, x), 6)',
    derivative: '1 if 0 < x < 6, else 0',
    aliases: [],
    parameters: {},
    points: () => [0, 6],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Krizhevsky 2010',
  }),
  reluSquared: row({
    family: 'elementwise',
    formula: 'max(0, x)²',
    derivative: '2x if x > 0, else 0',
    aliases: ['squaredRelu', 'relu2'],
    parameters: {},
    points: () => [0, 1.0842022e-19, 1.8446743e19],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 1, derivative: 1 },
    citation: 'So et al. 2021, arXiv:2109.08668',
  }),
  elu: row({
    family: 'elementwise',
    formula: 'x if x > 0, else α(eˣ−1)',
    derivative: '1 if x > 0, else αeˣ',
    aliases: [],
    parameters: { alpha: { default: 1, range: [-1e3, 1e3] } },
    points: () => [0, -17.32868, -87.33654],
    flat: false,
    fromY: true,
    bounds: { forward: 1.15, derivative: 1.15 },
    citation: 'Clevert, Unterthiner & Hochreiter 2015, arXiv:1511.07289',
  }),
  selu: row({
    family: 'elementwise',
    formula: 'λx if x > 0, else λα(eˣ−1)',
    derivative: 'λ if x > 0, else λαeˣ',
    aliases: [],
    parameters: {},
    points: () => [0, -17.32868, -87.33654],
    flat: false,
    fromY: true,
    bounds: { forward: 1.15, derivative: 1.15 },
    citation: 'Klambauer et al. 2017, arXiv:1706.02515',
  }),
  celu: row({
    family: 'elementwise',
    formula: 'x if x > 0, else α(e^(x/α)−1)',
    derivative: '1 if x > 0, else e^(x/α)',
    aliases: [],
    parameters: { alpha: { default: 1, range: [1e-3, 1e3] } },
    points: ({ alpha }) => [0, -17.32868 * alpha, -87.33654 * alpha],
    flat: false,
    fromY: true,
    bounds: { forward: 1.15, derivative: 1.15 },
    citation: 'Barron 2017, arXiv:1704.07483',
  }),
  gelu: row({
    family: 'elementwise',
    formula: 'x·Φ(x)',
    derivative: 'Φ(x) + x·φ(x)',
    aliases: ['geluErf', 'geluExact', 'geluNone'],
    parameters: {},
    points: () => [0, -0.7517915, -5.6, -13.1, -14.0, 5.6],
    flat: false,
    fromY: false,
    bounds: { forward: 2.25, derivative: 2.5 },
    citation: 'Hendrycks & Gimpel 2016, arXiv:1606.08415',
  }),
  geluTanh: row({
    family: 'elementwise',
    formula: 'x·½(1+tanh(√(2/π)(x+0.044715x³)))',
    derivative: 'σ(u) + x·σ(u)·σ(−u)·u′, u = 2√(2/π)(x+0.044715x³)',
    aliases: ['geluNew', 'fastGelu', 'geluApproximate', 'geluPytorchTanh'],
    parameters: {},
    points: () => [0, -0.75246142, -10.0, 5.0],
    flat: false,
    fromY: false,
    bounds: { forward: 2, derivative: 2.5 },
    citation: 'Hendrycks & Gimpel 2016, arXiv:1606.08415',
  }),
  geluSigmoid: row({
    family: 'elementwise',
    formula: 'x·σ(1.702x)',
    derivative: 'σ(u)(1+u·σ(−u)), u = 1.702x',
    aliases: ['quickGelu'],
    parameters: {},
    points: () => [0, -0.7511537, -51.3, -54.0, 10.2],
    flat: false,
    fromY: false,
    bounds: { forward: 2, derivative: 2 },
    citation: 'Hendrycks & Gimpel 2016, arXiv:1606.08415',
  }),
  silu: row({
    family: 'elementwise',
    formula: 'x·σ(x)',
    derivative: 'σ(x)(1+x·σ(−x))',
    aliases: ['swish1'],
    parameters: {},
    points: () => [0, -1.2784645, -87.33654, -91.8, 17.32868],
    flat: false,
    fromY: false,
    bounds: { forward: 2, derivative: 2 },
    citation: 'Elfwing, Uchibe & Doya 2017, arXiv:1702.03118',
  }),
  swish: row({
    family: 'elementwise',
    formula: 'x·σ(βx)',
    derivative: 'σ(βx)(1+βx·σ(−βx))',
    aliases: [],
    parameters: { beta: { default: 1, range: [-1e3, 1e3] } },
    points: ({ beta }) => (beta === 0 ? [0] : [0, -1.2784645 / beta, -87.33654 / beta, 17.32868 / beta]),
    flat: false,
    fromY: false,
    bounds: { forward: 2, derivative: 2 },
    citation: 'Ramachandran, Zoph & Le 2017, arXiv:1710.05941',
  }),
  softplus: row({
    family: 'elementwise',
    formula: 'ln(1+e^(βx))/β',
    derivative: 'σ(βx)',
    aliases: [],
    parameters: { beta: { default: 1, range: [-1e3, 1e3], minimumMagnitude: 1e-3 } },
    points: ({ beta }) => [0, -87.33654 / beta, -103.97 / beta, 17.32868 / beta],
    flat: false,
    fromY: true,
    bounds: { forward: 2.25, derivative: 1.75 },
    citation: 'Dugas et al. 2000',
  }),
  mish: row({
    family: 'elementwise',
    formula: 'x·tanh(softplus(x))',
    derivative: 'tanh(softplus(x)) + x·sech²(softplus(x))·σ(x)',
    aliases: [],
    parameters: {},
    points: () => [0, -1.1924338, -87.33654, -91.8, 9.0],
    flat: false,
    fromY: false,
    bounds: { forward: 2.5, derivative: 2.25 },
    citation: 'Misra 2019, arXiv:1908.08681',
  }),
  softsign: row({
    family: 'elementwise',
    formula: 'x/(1+|x|)',
    derivative: '1/(1+|x|)²',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: false,
    cheap: true,
    fromY: false,
    bounds: { forward: 1.5, derivative: 3 },
    citation: 'Turian, Bergstra & Bengio 2009',
  }),
  logSigmoid: row({
    family: 'elementwise',
    formula: '−ln(1+e⁻ˣ)',
    derivative: 'σ(−x)',
    aliases: [],
    parameters: {},
    points: () => [0, 87.33654, 103.97, -17.32868],
    flat: false,
    fromY: false,
    bounds: { forward: 2.25, derivative: 1.75 },
    citation: '',
  }),
  hardSigmoid: row({
    family: 'elementwise',
    formula: 'min(max(αx+β, 0), 1)',
    derivative: 'α if 0 < αx+β < 1, else 0',
    aliases: [],
    parameters: { alpha: { default: 1 / 6, range: [-1e3, 1e3] }, beta: { default: 0.5, range: anyFinite } },
    overrides: ({ alpha, beta }) => ({
      hard_sigmoid_is_usual: Number(isOrdinary(alpha) && isOrdinary(beta) && isOrdinary(1 - beta)),
    }),
    points: ({ alpha, beta }) => (alpha === 0 ? [] : [-beta / alpha, (1 - beta) / alpha]),
    flat: true,
    fromY: false,
    bounds: { forward: 1.5, derivative: 2 },
    citation: 'Courbariaux, Bengio & David 2015, arXiv:1511.00363',
  }),
  hardSwish: row({
    family: 'elementwise',
    formula: 'x·min(max(x/6+½, 0), 1)',
    derivative: '0 if x ≤ −3, 1 if x ≥ 3, else x/3+½',
    aliases: ['hardSilu'],
    parameters: {},
    points: () => [-3, -1.5, 0, 3],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 1.5, derivative: 2 },
    citation: 'Howard et al. 2019, arXiv:1905.02244',
  }),
  hardTanh: row({
    family: 'elementwise',
    formula: 'min(max(x, min), max)',
    derivative: '1 if min < x < max, else 0',
    aliases: ['clamp', 'clip'],
    parameters: { min: { default: -1, range: anyNumber }, max: { default: 1, range: anyNumber } },
    points: ({ min, max }) => [min, max],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Collobert 2004',
  }),
  softshrink: row({
    family: 'elementwise',
    formula: 'x−λ if x > λ, x+λ if x < −λ, else 0',
    derivative: '1 if |x| > λ, else 0',
    aliases: ['shrink'],
    parameters: { lambda: { default: 0.5, range: notNegative } },
    points: ({ lambda }) => [-lambda, lambda],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 1, derivative: 1 },
    citation: 'Donoho & Johnstone 1994',
  }),
  hardshrink: row({
    family: 'elementwise',
    formula: 'x if |x| > λ, else 0',
    derivative: '1 if |x| > λ, else 0',
    aliases: [],
    parameters: { lambda: { default: 0.5, range: notNegative } },
    points: ({ lambda }) => [-lambda, lambda],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Donoho & Johnstone 1994',
  }),
  tanhshrink: row({
    family: 'elementwise',
    formula: 'x − tanh x',
    derivative: 'tanh² x',
    aliases: [],
    parameters: {},
    points: () => [0, 9.010914, -9.010914],
    flat: false,
    fromY: false,
    bounds: { forward: 2.25, derivative: 2.5 },
    citation: '',
  }),
  threshold: row({
    family: 'elementwise',
    formula: 'x if x > threshold, else value',
    derivative: '1 if x > threshold, else 0',
    aliases: ['thresholdedRelu'],
    parameters: { threshold: { default: 1, range: anyFinite }, value: { default: 0, range: anyFinite } },
    points: ({ threshold }) => [threshold],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 0.5, derivative: 0.5 },
    citation: 'Konda, Memisevic & Krueger 2014, arXiv:1402.3337',
  }),
  squareplus: row({
    family: 'elementwise',
    formula: '(x+√(x²+b))/2',
    derivative: '(1+x/√(x²+b))/2',
    aliases: [],
    parameters: { b: { default: 4, range: [0, 1e6] } },
    points: ({ b }) => [0, -Math.sqrt(b), Math.sqrt(b)],
    flat: false,
    fromY: false,
    bounds: { forward: 2, derivative: 3 },
    citation: 'Barron 2021, arXiv:2112.11687',
  }),
  exponential: row({
    family: 'elementwise',
    formula: 'eˣ',
    derivative: 'eˣ',
    aliases: ['exp'],
    parameters: {},
    points: () => [0, -87.33654, 88.72284],
    flat: false,
    fromY: false,
    bounds: { forward: 1.15, derivative: 1.15 },
    citation: '',
  }),
  sparsePlus: row({
    family: 'elementwise',
    formula: '0 if x ≤ −1, x if x ≥ 1, else (x+1)²/4',
    derivative: '0 if x ≤ −1, 1 if x ≥ 1, else (x+1)/2',
    aliases: [],
    parameters: {},
    points: () => [-1, 0, 1],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 1.5, derivative: 2 },
    citation: 'Martins & Astudillo 2016, arXiv:1602.02068',
  }),
  sparseSigmoid: row({
    family: 'elementwise',
    formula: '0 if x ≤ −1, 1 if x ≥ 1, else (x+1)/2',
    derivative: '½ if −1 < x < 1, else 0',
    aliases: [],
    parameters: {},
    points: () => [-1, 0, 1],
    flat: true,
    cheap: true,
    fromY: false,
    bounds: { forward: 1, derivative: 1 },
    citation: 'Martins & Astudillo 2016, arXiv:1602.02068',
  }),
  softcap: row({
    family: 'elementwise',
    formula: 'cap·tanh(x/cap)',
    derivative: '1−tanh²(x/cap)',
    aliases: [],
    parameters: { cap: { default: 30, range: [1e-3, 1e4] } },
    points: ({ cap }) => [0, 9.010914 * cap, -9.010914 * cap],
    flat: false,
    fromY: false,
    bounds: { forward: 3, derivative: 3 },
    citation: 'Gemma Team 2024, arXiv:2408.00118',
  }),
  prelu: row({
    family: 'channelwise',
    formula: 'x if x ≥ 0, else a·x, with a learned weight a',
    derivative: '1 if x ≥ 0, else a; ∂y/∂a = x if x < 0, else 0',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: false,
    cheap: true,
    fromY: false,
    bounds: { forward: 1, derivative: 1 },
    citation: 'He et al. 2015, arXiv:1502.01852',
  }),
  glu: row({
    family: 'gated',
    activate: 'sigmoid',
    formula: 'σ(gate)·up',
    derivative: 'dGate = dy · up · activate′(gate), dUp = dy · activate(gate)',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: false,
    fromY: false,
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'Dauphin et al. 2016, arXiv:1612.08083',
  }),
  reglu: row({
    family: 'gated',
    activate: 'relu',
    formula: 'relu(gate)·up',
    derivative: 'dGate = dy · up · activate′(gate), dUp = dy · activate(gate)',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: true,
    fromY: false,
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'Shazeer 2020, arXiv:2002.05202',
  }),
  geglu: row({
    family: 'gated',
    activate: 'gelu',
    formula: 'gelu(gate)·up',
    derivative: 'dGate = dy · up · activate′(gate), dUp = dy · activate(gate)',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: false,
    fromY: false,
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'Shazeer 2020, arXiv:2002.05202',
  }),
  gegluTanh: row({
    family: 'gated',
    activate: 'geluTanh',
    formula: 'geluTanh(gate)·up',
    derivative: 'dGate = dy · up · activate′(gate), dUp = dy · activate(gate)',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: false,
    fromY: false,
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'Shazeer 2020, arXiv:2002.05202',
  }),
  gegluSigmoid: row({
    family: 'gated',
    activate: 'geluSigmoid',
    formula: 'geluSigmoid(gate)·up',
    derivative: 'dGate = dy · up · activate′(gate), dUp = dy · activate(gate)',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: false,
    fromY: false,
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'Shazeer 2020, arXiv:2002.05202',
  }),
  swiglu: row({
    family: 'gated',
    activate: 'swish',
    formula: 'gate·σ(β·gate)·up',
    derivative: 'dGate = dy · up · activate′(gate), dUp = dy · activate(gate)',
    aliases: [],
    parameters: { beta: { default: 1, range: [-1e3, 1e3] } },
    points: () => [0],
    flat: false,
    fromY: false,
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'Shazeer 2020, arXiv:2002.05202',
  }),
  bilinear: row({
    family: 'gated',
    activate: 'identity',
    formula: 'gate·up',
    derivative: 'dGate = dy · up · activate′(gate), dUp = dy · activate(gate)',
    aliases: [],
    parameters: {},
    points: () => [0],
    flat: false,
    fromY: false,
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'Shazeer 2020, arXiv:2002.05202',
  }),
  softmax: row({
    family: 'rowwise',
    formula: 'e^(x − m) / Σ e^(x − m), m the maximum of the row',
    derivative: 'dx = y·(dy − Σ dy·y)',
    aliases: [],
    parameters: {},
    points: () => [],
    flat: false,
    fromY: true,
    bounds: { forward: 4, derivative: 4 },
    citation: 'Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990',
  }),
  logSoftmax: row({
    family: 'rowwise',
    formula: 'x − m − ln Σ e^(x − m), m the maximum of the row',
    derivative: 'dx = dy − e^y·Σ dy',
    aliases: [],
    parameters: {},
    points: () => [],
    flat: false,
    fromY: true,
    bounds: { forward: 4, derivative: 4 },
    citation: 'Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990',
  }),
} as const;

export type ActivationName = keyof typeof catalogue;
export type ParameterName<N extends ActivationName> = keyof (typeof catalogue)[N]['parameters'] & string;

/** An activation as every part of the library handles it: its key and its row. */
export interface Definition extends Row {
  readonly name: string;
  /** A user's own activation brings its WGSL and its float64 reference; the catalogue's lie in shaders/ and src/reference/. */
  readonly wgsl?: string;
  readonly reference?: Reference;
  /** Where a user's bounds hold; every float32 unless given. */
  readonly domain?: readonly [minimum: number, maximum: number];
}

/** The float64 truth of an elementwise activation; x is a float32 widened. */
export interface Reference {
  value(x: number, parameters: Parameters): number;
  derivative(x: number, parameters: Parameters): number;
}

const checkedDefinitions = new WeakSet<object>();
const isDefinition = (value: unknown): value is Definition =>
  typeof value === 'object' && value !== null && checkedDefinitions.has(value);

/** Makes a checked definition usable wherever a name is. */
export function registerDefinition(definition: Definition): Definition {
  checkedDefinitions.add(definition);
  return definition;
}

const definitions = new Map<string, Definition>();
const byPlainName = new Map<string, Definition>();
const plain = (name: string): string => name.toLowerCase().replace(/[_\-\s]/g, '');
for (const [name, facts] of Object.entries(catalogue as Record<string, Row>)) {
  const definition = registerDefinition({ name, ...facts });
  definitions.set(name, definition);
  for (const alias of [name, ...facts.aliases]) byPlainName.set(plain(alias), definition);
}

/** Makes a user's definition known by its name too, as the command line needs. @throws {RangeError} for a name in use */
export function nameDefinition(definition: Definition): void {
  const key = plain(definition.name);
  if (byPlainName.has(key))
    throw new RangeError(
      `activation: expected a new name, got "${definition.name}", which is ${byPlainName.get(key)!.name}`,
    );
  byPlainName.set(key, definition);
}

/**
 * The row of a name or alias of the catalogue.
 * @throws {TypeError} for a name that is no string; {RangeError} for an unknown one, with the nearest known name
 */
export function resolveActivation(name: string | Definition): Definition {
  if (isDefinition(name)) return name;
  if (typeof name !== 'string') throw new TypeError(`activation: expected a name, got ${describe(name)}`);
  const definition = definitions.get(name) ?? byPlainName.get(plain(name));
  if (definition) return definition;
  const known = nearest(plain(name), byPlainName.keys());
  const suggestion = known ? `did you mean "${byPlainName.get(known)!.name}"?` : [...definitions.keys()].join(', ');
  throw new RangeError(`activation: expected a name of the catalogue, got "${name}"; ${suggestion}`);
}

/**
 * Every parameter of a row with its value: the caller's, else the default; one below float32's normal numbers counts as 0.
 * @throws {TypeError} for a value that is no number; {RangeError} for one outside the documented range (NaN included)
 */
export function resolveParameters(
  definition: Definition,
  given: Readonly<Record<string, unknown>> = {},
  where = definition.name,
): Parameters {
  const resolved: Record<string, number> = {};
  for (const name in definition.parameters) {
    const { default: fallback, range, minimumMagnitude = 0 } = definition.parameters[name]!;
    const value = given[name] ?? fallback;
    if (typeof value !== 'number')
      throw new TypeError(`${where}: expected ${name} to be a number, got ${describe(value)}`);
    if (!(value >= range[0] && value <= range[1] && Math.abs(value) >= minimumMagnitude)) {
      const magnitude = minimumMagnitude ? ` and |${name}| ≥ ${minimumMagnitude}` : '';
      throw new RangeError(`${where}: expected ${range[0]} ≤ ${name} ≤ ${range[1]}${magnitude}, got ${value}`);
    }
    // as arithmetic on the GPU may take it
    resolved[name] = Math.abs(value) < SMALLEST_NORMAL ? 0 : value;
  }
  return resolved;
}
