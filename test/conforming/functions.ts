/** Every activation as graphs, and the truth about it. */
import { catalogue, type Row, resolveActivation } from '../../src/catalogue.js';
import { sampleInputs } from '../../src/check/samples.js';
import { referenceOf, referenceParameters } from '../../src/check/truth.js';
import { ulpError } from '../../src/check/ulp.js';
import { type Parameters, resolveParameters, wgslName } from '../../src/definition.js';
import { usualForm } from '../../src/forms.js';
import { requiredFiles } from '../../src/wgsl/link.js';
import { type Arithmetic, type Compiled, compile } from './arithmetic.js';
import { bitsOf, floatOf, Graph, type Node, type Rounding, trace, type Value } from './graph.js';
import { type Rules, rewrite } from './rewrite.js';
import { readWgsl } from './wgsl.js';

/** A compiler and the machine it compiles for. */
export interface Implementation extends Rules, Arithmetic {
  /** Of constants that are no float32. */
  readonly literals?: 'up' | 'down';
}

const orders = ['left', 'right', 'reversed', 'balanced', 'shuffled'] as const;
const roundings = [undefined, 'up', 'down', 'either'] as const;
const divisions = ['high', 'low', 'either', undefined] as const;
const contractions = [undefined, 'first', 'second'] as const;

/** As written and exact; then everything that may vary, in turn. */
export function implementationOf(seed: number): Implementation {
  if (seed === 0) return {};
  return {
    seed,
    ...(seed % 6 !== 0 && { order: orders[seed % 5]! }),
    ...(seed % 2 && { distributes: true }),
    ...(seed % 4 > 1 && { factors: true }),
    ...(seed % 8 > 3 && { inverts: true }),
    ...pick('contracts', contractions, seed),
    ...pick('rounding', roundings, seed >> 1),
    ...pick('division', divisions, seed >> 2),
    ...(seed % 5 > 2 && { flushes: true }),
    ...pick('literals', [undefined, 'up', 'down'] as const, seed >> 1),
  };
}

/** Correctly rounded, but regrouped: what fast math makes for an IEEE adapter. */
export function regroupedOf(seed: number): Implementation {
  return {
    seed,
    order: orders[seed % 5]!,
    ...(seed % 2 && { distributes: true }),
    ...(seed % 4 > 1 && { factors: true }),
    ...pick('contracts', contractions, seed >> 1),
    ...(seed % 4 > 2 && { flushes: true }),
  };
}

const pick = <K extends string, T>(key: K, values: readonly T[], index: number): { [key in K]?: NonNullable<T> } => {
  const value = values[index % values.length];
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: NonNullable<T> };
};

/** The last is the derivative by a parameter that may be learned. */
export type Pass = 'value' | 'derivative' | 'derivativeFromY' | `by ${string}`;

export interface Subject {
  readonly definition: Row;
  readonly pass: Pass;
  readonly parameters: Parameters;
}

/** Parameters to try besides the defaults: of either size, and such as are no float32. */
const others: Readonly<Record<string, readonly Parameters[]>> = {
  leakyRelu: [{ alpha: -97.7 }],
  elu: [{ alpha: 0.3607245505146506 }, { alpha: 1000 }],
  celu: [{ alpha: 0.3 }],
  swish: [{ beta: 1.702 }, { beta: 2 ** -12 }],
  softplus: [{ beta: 0.7 }],
  hardSigmoid: [
    { alpha: 0.2, beta: 0.5 },
    { alpha: 0.00003, beta: 0.3 },
  ],
  softcap: [{ cap: 50 }],
  squareplus: [{ b: 0.25 }],
  softshrink: [{ lambda: 0.2 }],
  shrink: [
    { lambda: 0.2, bias: 1.5 },
    { lambda: 0.2, bias: 0.3 },
  ],
  affine: [
    { alpha: 0.3, beta: 0.7 },
    { alpha: Math.fround(0.3), beta: Math.fround(0.7) },
  ],
  clippedRelu: [
    { slope: 0.25, max: 20, threshold: 1.5 },
    { slope: 0.3, max: 20, threshold: Math.fround(1.7) },
  ],
  laplace: [{ mu: 0, sigma: 1 }],
  scaledTanh: [
    { alpha: 1.7159, beta: 2 / 3 },
    { alpha: 987.6, beta: 2 / 3 },
  ],
  sine: [{ omega: 30 }],
  snake: [{ alpha: 0.75 }],
  snakeBeta: [{ alpha: 3, beta: 0.5 }],
  dyt: [{ alpha: 1.25, gamma: 0.75, beta: 0.25 }],
  xielu: [
    { alphaP: 2, alphaN: 0.75, beta: 0.5, epsilon: Math.fround(-1e-6) },
    { alphaP: 2, alphaN: 1.3, beta: 0.0005, epsilon: Math.fround(-0.3) },
  ],
};

const fromY: Readonly<Record<string, (y: number, parameters: Parameters) => number>> = {
  sigmoid: (y) => y * (1 - y),
  tanh: (y) => (1 - y) * (1 + y),
  relu: (y) => Number(y > 0),
  leakyRelu: (y, { alpha }) => (y >= 0 ? 1 : alpha!),
  elu: (y, { alpha }) => (y > 0 ? 1 : y + alpha!),
  selu: (y) => (y > 0 ? 1.0507009873554805 : y + 1.0507009873554805 * 1.6732632423543772),
  celu: (y, { alpha }) => (y > 0 ? 1 : 1 + y / alpha!),
  softplus: (y, { beta }) => -Math.expm1(-beta! * y),
};

export const subjects: readonly Subject[] = Object.keys(catalogue)
  .map((name) => resolveActivation(name))
  .filter((definition) => usualForm(definition) === 'element')
  .flatMap((definition) =>
    [resolveParameters(definition), ...(others[definition.name] ?? [])].flatMap((parameters) =>
      [...passesOf(definition)].map((pass) => ({
        definition,
        pass,
        parameters: referenceParameters(definition, parameters),
      })),
    ),
  );

function* passesOf({ fromY, learned }: Row): Generator<Pass> {
  yield 'value';
  yield 'derivative';
  if (fromY) yield 'derivativeFromY';
  for (const parameter of Object.values(learned)) yield `by ${parameter}`;
}

function suffixOf(pass: Pass): string {
  if (pass === 'value') return '';
  if (pass === 'derivative') return '_derivative';
  return pass === 'derivativeFromY' ? '_derivative_from_y' : `_${wgslName(pass.slice(3))}_derivative`;
}

const roundLiteral = { up: 1, down: -1 };

/** The WGSL of a subject, in which a mutation may be made. */
export function textOf({ definition }: Subject, edit = (text: string, _file: string) => text): string {
  const own = definition.source;
  return [...new Set([own, ...requiredFiles([own])])].map(({ code, path = '' }) => edit(code, path)).join('\n');
}

export function inputsOf({ definition, parameters }: Subject): string[] {
  return [
    'x',
    ...Object.keys(parameters).flatMap((_, index) => [`p${index}`, ...(isPaired(definition) ? [`q${index}`] : [])]),
  ];
}

const isPaired = ({ parameters }: Row): boolean => Object.keys(parameters).length <= 2;

/** The arguments after x: each parameter as float32, or as two. */
export function hyperOf({ definition, parameters }: Subject): number[] {
  return Object.values(parameters).flatMap((value) =>
    isPaired(definition)
      ? [Math.fround(value), Number.isFinite(value) ? Math.fround(value - Math.fround(value)) : 0]
      : [Math.fround(value)],
  );
}

/** As written, with constants rounded one way: what every implementation of those starts from. */
export function traceOf(
  subject: Subject,
  literals: Implementation['literals'],
  text = textOf(subject),
  xOf = (graph: Graph): Node => graph.node('input', 'f32', [], 'x'),
): Traced {
  const { definition, pass, parameters } = subject;
  const graph = new Graph();
  const input = (name: string): Node => graph.node('input', 'f32', [], name);
  const callee = wgslName(definition.of) + suffixOf(pass);
  const given: Value[] = definition.source.functions![callee]!.map((type, index) => {
    if (index === 0) return xOf(graph);
    const high = input(`p${index - 1}`);
    if (type !== 'parameter' && !type.startsWith('vec2')) return high;
    return { x: high, y: isPaired(definition) ? input(`q${index - 1}`) : graph.constant(0, 'f32') };
  });
  // what is learned is not known before a kernel is compiled
  const isKnown = !definition.requires && !pass.startsWith('by ');
  const overrides = (isKnown && definition.overrides?.(parameters)) || {};
  const hyper = Object.fromEntries(
    inputsOf(subject)
      .slice(1)
      .map((name, index) => [name, hyperOf(subject)[index]]),
  );
  // whether a parameter is a number, as 0
  const decide = ({ op, of: [a, b] }: Node): boolean | undefined =>
    op === '==' && a?.op === 'input' && b?.op === 'const' && String(a.value) in hyper
      ? hyper[String(a.value)] === b.value
      : undefined;
  return { graph, root: trace(readWgsl(text), callee, given, graph, overrides, literal(literals), decide) as Node };
}

export interface Traced {
  readonly graph: Graph;
  readonly root: Node;
}

export const build = (subject: Subject, { graph, root }: Traced, implementation: Implementation): Compiled =>
  compile(rewrite(graph, root, implementation), inputsOf(subject), implementation);

/** The largest error of each implementation. */
export function* errorsOf(
  subject: Subject,
  kinds: readonly Implementation[],
  sample: Sample,
  text = textOf(subject),
): Generator<Worst & { readonly implementation: Implementation }> {
  const traced = new Map<Implementation['literals'], Traced>();
  for (const implementation of kinds) {
    const { literals } = implementation;
    const start = traced.get(literals) ?? traceOf(subject, literals, text);
    traced.set(literals, start);
    yield { ...worstOf(build(subject, start, implementation), sample, subject), implementation };
  }
}

function literal(literals: Implementation['literals']): Rounding {
  if (!literals) return Math.fround;
  return (value) => {
    const nearest = Math.fround(value);
    const isBeyond = literals === 'up' ? nearest >= value : nearest <= value;
    if (isBeyond) return nearest;
    const floats = new Float32Array([nearest]);
    new Int32Array(floats.buffer)[0]! += (nearest > 0 ? 1 : -1) * roundLiteral[literals];
    return floats[0]!;
  };
}

/** What the result should be, in float64. */
export function truthOf({ definition, pass, parameters }: Subject, x: number): number {
  if (pass === 'derivativeFromY') return fromY[definition.name]!(x, parameters);
  const reference = referenceOf(definition);
  return pass === 'value' || pass === 'derivative'
    ? reference[pass](x, parameters)
    : reference.by![pass.slice(3)]!(x, parameters);
}

export interface Sample {
  readonly x: Float32Array;
  readonly truth: Float64Array;
}

/** Half of it beside the points of interest of either sign, half spread over every exponent. */
export function sampleOf(subject: Subject, count: number, seed = 1): Sample {
  const { definition, pass, parameters } = subject;
  const points = pass === 'derivativeFromY' ? [0] : [...definition.points(parameters)];
  const both = [...new Set([...points, ...points.map((point) => -point)])];
  const beside = both.flatMap((point) =>
    Array.from({ length: Math.floor(count / 2 / both.length) }, (_, index) =>
      neighbourOf(point, (index >> 1) * (index % 2 ? 1 : -1)),
    ),
  );
  const all = Float32Array.from([...beside, ...sampleInputs({ count: count - beside.length, seed })]);
  const x = all.filter((value) => Number.isFinite(value) && (pass !== 'derivativeFromY' || isResult(subject, value)));
  return { x, truth: Float64Array.from(x, (value) => truthOf(subject, value)) };
}

/** The float32 so many steps further from zero. */
const neighbourOf = (x: number, steps: number): number => (x === 0 ? steps * 2 ** -149 : floatOf(bitsOf(x) + steps));

/** Whether y can be a result of the function: f′ of other y means nothing. */
function isResult({ definition: { name }, parameters }: Subject, y: number): boolean {
  if (name === 'sigmoid') return y >= 0 && y <= 1;
  if (name === 'tanh') return Math.abs(y) <= 1;
  if (name === 'relu' || name === 'softplus') return y >= 0;
  if (name === 'elu' || name === 'celu') return y >= -parameters.alpha!;
  return name !== 'selu' || y >= -1.758099340847377;
}

export interface Worst {
  readonly ulp: number;
  readonly x: number;
  readonly got: number;
  readonly expected: number;
}

export function worstOf(compiled: Compiled, { x, truth }: Sample, subject: Subject): Worst {
  const hyper = hyperOf(subject);
  let worst: Worst = { ulp: 0, x: 0, got: 0, expected: 0 };
  for (let i = 0; i < x.length; i++) {
    const got = compiled(x[i]!, ...hyper);
    const ulp = errorOf(subject, x[i]!, got, truth[i]!);
    if (!(ulp <= worst.ulp)) worst = { ulp, x: x[i]!, got, expected: truth[i]! };
  }
  return worst;
}

const LARGEST = 3.4028234663852886e38;

function errorOf({ definition, pass, parameters }: Subject, x: number, got: number, expected: number): number {
  // rounded towards zero, an overflow stops at the largest number
  if (Math.abs(expected) >= LARGEST && Math.abs(got) >= LARGEST && Math.sign(got) === Math.sign(expected)) return 0;
  // rounded towards zero, the least normal numbers become subnormal, which count as 0
  if (Math.abs(expected) < 2 ** -126 * (1 + 2 ** -20) && Math.abs(got - expected) <= 2 ** -126 * (1 + 2 ** -20))
    return 0;
  // a difference of two terms, x·sin(2αx)/α and sin²(αx)/α², beside its roots
  const isDifference = definition.name === 'snake' && pass === 'by alpha' && Math.abs(x) > 0.5;
  if (isDifference && Math.abs(got - expected) <= 2 ** -24 * Math.abs(x)) return 0;
  // gamma·tanh and beta cancel in the value alone: of the larger of the two that is an ULP
  if (definition.name === 'dyt') {
    const size = pass === 'value' ? Math.max(Math.abs(expected), Math.abs(parameters.beta!)) : Math.abs(expected);
    return ulpError(got - expected + size, size);
  }
  const { absolute = 0 } = definition.bounds;
  // beside roots; anywhere else by some roundings more
  const allowed = typeof absolute === 'function' ? absolute(x, parameters) : absolute;
  // ∂/∂αn of xielu is about x²/2 beside 0, with a root beside epsilon
  const isSquare = definition.name === 'xielu' && pass.startsWith('by ');
  if (Math.abs(got - expected) <= 8 * (isSquare ? 2 ** -24 * Math.min(x * x, 1) : allowed)) return 0;
  if (definition.name !== 'hardSigmoid') return ulpError(got, expected);
  // right for parameters within 2⁻⁴⁷ of these
  const slack = 2 ** -46 * (Math.abs(parameters.alpha! * x) + Math.abs(parameters.beta!));
  const line = parameters.alpha! * x + parameters.beta!;
  if (pass === 'derivative') {
    const isAtKink = Math.abs(line) <= slack || Math.abs(1 - line) <= slack;
    return Math.min(ulpError(got, expected), isAtKink ? ulpError(got, parameters.alpha! - expected) : Infinity);
  }
  return Math.abs(got - expected) <= slack ? 0 : ulpError(got, expected);
}

export const nameOf = ({ definition, pass, parameters }: Subject): string =>
  `${definition.name} ${pass} ${JSON.stringify(parameters)}`;
