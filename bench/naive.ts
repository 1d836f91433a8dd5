/**
 * The formulas as one would first write them, with the language's own exp, tanh and log: the yardstick for the cost of
 * accuracy, and the kernel that one would write by hand. Each text of an element is a function body in WGSL and in JavaScript
 * alike, so it also serves as the plain loop on the CPU.
 */
import type { KernelText, Shape } from './kernel.js';
import type { Arrays, Pass, Work } from './work.js';

interface Formula {
  /** Of x and `parameters`. */
  readonly value: string;
  readonly derivative: string;
  /** Of a gated unit whose up is held within a limit: the function of up. */
  readonly up?: string;
}

const sigmoid = '1.0 / (1.0 + exp(-x))';
/** up within its limit, and whether it is. */
const CLAMPED = 'return clamp(x, real(-parameters.limit), real(parameters.limit));';
const FLAT = 'return select(real(1.0), real(0.0), abs(x) > real(parameters.limit));';
const LARGEST = 3.4028234663852886e38;
const SQRT_2_OVER_PI = '0.7978845608028654';

const FORMULAS: Readonly<Record<string, Formula>> = {
  identity: { value: 'return x;', derivative: 'return real(1.0);' },
  sigmoid: { value: `return ${sigmoid};`, derivative: `let s = ${sigmoid}; return s * (1.0 - s);` },
  tanh: { value: 'return tanh(x);', derivative: 'let t = tanh(x); return 1.0 - t * t;' },
  relu: {
    value: 'return max(x, real(0.0));',
    derivative: 'return select(real(0.0), real(1.0), x > real(0.0));',
  },
  leakyRelu: {
    value: 'return select(parameters.alpha * x, x, x >= real(0.0));',
    derivative: 'return select(real(parameters.alpha), real(1.0), x >= real(0.0));',
  },
  relu6: {
    value: 'return min(max(x, real(0.0)), real(6.0));',
    derivative: 'return select(real(0.0), real(1.0), (x > real(0.0)) & (x < real(6.0)));',
  },
  reluSquared: {
    value: 'let r = max(x, real(0.0)); return r * r;',
    derivative: 'return 2.0 * max(x, real(0.0));',
  },
  elu: {
    value: 'return select(parameters.alpha * (exp(x) - 1.0), x, x > real(0.0));',
    derivative: 'return select(parameters.alpha * exp(x), real(1.0), x > real(0.0));',
  },
  selu: {
    value: 'return 1.0507009873554805 * select(1.6732632423543772 * (exp(x) - 1.0), x, x > real(0.0));',
    derivative: 'return 1.0507009873554805 * select(1.6732632423543772 * exp(x), real(1.0), x > real(0.0));',
  },
  celu: {
    value: 'return select(parameters.alpha * (exp(x / parameters.alpha) - 1.0), x, x > real(0.0));',
    derivative: 'return select(exp(x / parameters.alpha), real(1.0), x > real(0.0));',
  },
  gelu: {
    value: 'return 0.5 * x * (1.0 + erf(x * 0.7071067811865476));',
    derivative: 'return 0.5 * (1.0 + erf(x * 0.7071067811865476)) + x * 0.3989422804014327 * exp(-0.5 * x * x);',
  },
  geluTanh: {
    value: `return 0.5 * x * (1.0 + tanh(${SQRT_2_OVER_PI} * (x + 0.044715 * x * x * x)));`,
    derivative:
      `let t = tanh(${SQRT_2_OVER_PI} * (x + 0.044715 * x * x * x)); ` +
      `return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * ${SQRT_2_OVER_PI} * (1.0 + 0.134145 * x * x);`,
  },
  geluSigmoid: {
    value: 'return x / (1.0 + exp(-1.702 * x));',
    derivative: 'let s = 1.0 / (1.0 + exp(-1.702 * x)); return s * (1.0 + 1.702 * x * (1.0 - s));',
  },
  silu: {
    value: 'return x / (1.0 + exp(-x));',
    derivative: `let s = ${sigmoid}; return s * (1.0 + x * (1.0 - s));`,
  },
  swish: {
    value: 'return x / (1.0 + exp(-parameters.beta * x));',
    derivative: 'let s = 1.0 / (1.0 + exp(-parameters.beta * x)); return s * (1.0 + parameters.beta * x * (1.0 - s));',
  },
  swigluOai: {
    value: 'let g = min(x, real(parameters.limit)); return g / (1.0 + exp(-parameters.alpha * g));',
    derivative:
      'let s = 1.0 / (1.0 + exp(-parameters.alpha * x)); return select(s * (1.0 + parameters.alpha * x * (1.0 - s)), real(0.0), x > real(parameters.limit));',
    up: 'return clamp(x, real(-parameters.limit), real(parameters.limit)) + 1.0;',
  },
  swigluClamped: {
    value: 'let g = min(x, real(parameters.limit)); return g / (1.0 + exp(-g));',
    derivative: `let s = ${sigmoid}; return select(s * (1.0 + x * (1.0 - s)), real(0.0), x > real(parameters.limit));`,
    up: CLAMPED,
  },
  swigluStep: {
    value: 'return min(x / (1.0 + exp(-x)), real(parameters.limit));',
    derivative: `let s = ${sigmoid}; return select(s * (1.0 + x * (1.0 - s)), real(0.0), x * s > real(parameters.limit));`,
    up: CLAMPED,
  },
  softplus: {
    value: 'return log(1.0 + exp(parameters.beta * x)) / parameters.beta;',
    derivative: 'return 1.0 / (1.0 + exp(-parameters.beta * x));',
  },
  mish: {
    value: 'return x * tanh(log(1.0 + exp(x)));',
    derivative: `let s = ${sigmoid}; let t = tanh(log(1.0 + exp(x))); return t + x * s * (1.0 - t * t);`,
  },
  softsign: {
    value: 'return x / (1.0 + abs(x));',
    derivative: 'let d = 1.0 + abs(x); return 1.0 / (d * d);',
  },
  logSigmoid: { value: 'return -log(1.0 + exp(-x));', derivative: 'return 1.0 / (1.0 + exp(x));' },
  hardSigmoid: {
    value: 'return clamp(parameters.alpha * x + parameters.beta, real(0.0), real(1.0));',
    derivative:
      'let y = parameters.alpha * x + parameters.beta; ' +
      'return select(real(0.0), real(parameters.alpha), (y > real(0.0)) & (y < real(1.0)));',
  },
  hardSwish: {
    value: 'return x * clamp(x / 6.0 + 0.5, real(0.0), real(1.0));',
    derivative: 'return select(select(x / 3.0 + 0.5, real(1.0), x >= real(3.0)), real(0.0), x <= real(-3.0));',
  },
  hardTanh: {
    value: 'return min(max(x, real(parameters.min)), real(parameters.max));',
    derivative: 'return select(real(0.0), real(1.0), (x > real(parameters.min)) & (x < real(parameters.max)));',
  },
  softshrink: {
    value: 'return x - clamp(x, real(-parameters.lambda), real(parameters.lambda));',
    derivative: 'return select(real(0.0), real(1.0), abs(x) > real(parameters.lambda));',
  },
  shrink: {
    value: 'return select(real(0.0), x - sign(x) * real(parameters.bias), abs(x) > real(parameters.lambda));',
    derivative: 'return select(real(0.0), real(1.0), abs(x) > real(parameters.lambda));',
  },
  hardshrink: {
    value: 'return select(real(0.0), x, abs(x) > real(parameters.lambda));',
    derivative: 'return select(real(0.0), real(1.0), abs(x) > real(parameters.lambda));',
  },
  tanhshrink: { value: 'return x - tanh(x);', derivative: 'let t = tanh(x); return t * t;' },
  threshold: {
    value: 'return select(real(parameters.value), x, x > real(parameters.threshold));',
    derivative: 'return select(real(0.0), real(1.0), x > real(parameters.threshold));',
  },
  squareplus: {
    value: 'return 0.5 * (x + sqrt(x * x + parameters.b));',
    derivative: 'return 0.5 * (1.0 + x / sqrt(x * x + parameters.b));',
  },
  exponential: { value: 'return exp(x);', derivative: 'return exp(x);' },
  sparsePlus: {
    value: 'let r = clamp(x + 1.0, real(0.0), real(2.0)); return select(0.25 * r * r, x, x >= real(1.0));',
    derivative: 'return 0.5 * clamp(x + 1.0, real(0.0), real(2.0));',
  },
  sparseSigmoid: {
    value: 'return clamp(0.5 * (x + 1.0), real(0.0), real(1.0));',
    derivative: 'return select(real(0.0), real(0.5), abs(x) < real(1.0));',
  },
  softcap: {
    value: 'return parameters.cap * tanh(x / parameters.cap);',
    derivative: 'let t = tanh(x / parameters.cap); return 1.0 - t * t;',
  },
  affine: {
    value: 'return parameters.alpha * x + parameters.beta;',
    derivative: 'return real(parameters.alpha);',
  },
  starRelu: {
    value: 'let r = max(x, real(0.0)); return parameters.scale * r * r + parameters.shift;',
    derivative: 'return 2.0 * parameters.scale * max(x, real(0.0));',
  },
  clippedRelu: {
    value:
      'return select(parameters.slope * (x - parameters.threshold), min(x, real(parameters.max)), ' +
      'x > real(parameters.threshold));',
    derivative:
      'return select(real(parameters.slope), select(real(0.0), real(1.0), x < real(parameters.max)), ' +
      'x > real(parameters.threshold));',
  },
  step: {
    value: 'return select(real(0.0), real(1.0), x > real(parameters.threshold));',
    derivative: 'return real(0.0);',
  },
  sign: { value: 'return sign(x);', derivative: 'return real(0.0);' },
  hardMish: {
    value: 'return 0.5 * x * clamp(x + 2.0, real(0.0), real(2.0));',
    derivative: 'return select(select(x + 1.0, real(1.0), x >= real(0.0)), real(0.0), x <= real(-2.0));',
  },
  gaussian: { value: 'return exp(-x * x);', derivative: 'return -2.0 * x * exp(-x * x);' },
  erf: { value: 'return erf(x);', derivative: 'return 1.1283791670955126 * exp(-x * x);' },
  laplace: {
    value: 'return 0.5 * (1.0 + erf((x - parameters.mu) / (parameters.sigma * 1.4142135623730951)));',
    derivative:
      'let z = (x - parameters.mu) / parameters.sigma; return 0.3989422804014327 / parameters.sigma * exp(-0.5 * z * z);',
  },
  sine: {
    value: 'return sin(parameters.omega * x);',
    derivative: 'return parameters.omega * cos(parameters.omega * x);',
  },
  snake: {
    value: 'let s = sin(parameters.alpha * x); return x + s * s / parameters.alpha;',
    derivative: 'return 1.0 + sin(2.0 * parameters.alpha * x);',
  },
  snakeBeta: {
    value: 'let s = sin(parameters.alpha * x); return x + s * s / parameters.beta;',
    derivative: 'return 1.0 + parameters.alpha / parameters.beta * sin(2.0 * parameters.alpha * x);',
  },
  lisht: { value: 'return x * tanh(x);', derivative: 'let t = tanh(x); return t + x * (1.0 - t * t);' },
  scaledTanh: {
    value: 'return parameters.alpha * tanh(parameters.beta * x);',
    derivative: 'let t = tanh(parameters.beta * x); return parameters.alpha * parameters.beta * (1.0 - t * t);',
  },
  dyt: {
    value: 'return parameters.gamma * tanh(parameters.alpha * x) + parameters.beta;',
    derivative: 'let t = tanh(parameters.alpha * x); return parameters.gamma * parameters.alpha * (1.0 - t * t);',
  },
  xielu: {
    value:
      'return select(parameters.alphaN * (exp(min(x, real(parameters.epsilon))) - 1.0 - x), parameters.alphaP * x * x, ' +
      'x > real(0.0)) + parameters.beta * x;',
    derivative:
      'return select(parameters.alphaN * (exp(min(x, real(parameters.epsilon))) - 1.0), 2.0 * parameters.alphaP * x, ' +
      'x > real(0.0)) + parameters.beta;',
  },
};

/** Abramowitz & Stegun 7.1.26, which every peer uses too. */
const ERF = `
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let r = 1.0 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * exp(-x * x);
  return select(r, -r, x < real(0.0));`;

/** What a kernel does with a formula, by form and pass. */
const BODIES: Readonly<Record<string, Readonly<Record<Pass, string>>>> = {
  element: { forward: 'y[i] = value(x[i]);', backward: 'dx[i] = dy[i] * derivative(x[i]);' },
  gate: {
    forward: 'y[i] = value(gate[i]) * value_of_up(up[i]);',
    backward: `let g = gate[i]; let u = up[i]; let d = dy[i];
      dGate[i] = d * value_of_up(u) * derivative(g); dUp[i] = d * value(g) * derivative_of_up(u);`,
  },
};

/** Whether there is a formula of one element: not for sums over rows or channels. */
export const hasFormula = ({ definition, form }: Work): boolean =>
  form.name in BODIES && form.learned.length === 0 && definition.of in FORMULAS;

const LOAD = [
  'var peak = real(-LARGEST); var total = real(0.0);',
  'let x# = x[i + #u * WORKGROUP]; peak = max(peak, x#);',
  'let m = largest(max(max(peak.x, peak.y), max(peak.z, peak.w)), lane);',
];
const SUM = 'sum(dot(total, real(1.0)), lane)';

/** A row a workgroup, held in registers: read once, written once. Lines with # stand for each group of a thread. */
const ROWS: Readonly<Record<string, Readonly<Record<Pass, readonly string[]>>>> = {
  softmax: {
    forward: [
      ...LOAD,
      'let e# = exp(x# - m); total += e#;',
      `let scale = 1.0 / ${SUM};`,
      'y[i + #u * WORKGROUP] = e# * scale;',
    ],
    backward: [
      'var total = real(0.0);',
      'let y# = y[i + #u * WORKGROUP]; let dy# = dy[i + #u * WORKGROUP]; total += y# * dy#;',
      `let mean = ${SUM};`,
      'dx[i + #u * WORKGROUP] = y# * (dy# - mean);',
    ],
  },
  logSoftmax: {
    forward: [...LOAD, 'total += exp(x# - m);', `let shift = m + log(${SUM});`, 'y[i + #u * WORKGROUP] = x# - shift;'],
    backward: [
      'var total = real(0.0);',
      'let y# = y[i + #u * WORKGROUP]; let dy# = dy[i + #u * WORKGROUP]; total += dy#;',
      `let mean = ${SUM};`,
      'dx[i + #u * WORKGROUP] = dy# - exp(y#) * mean;',
    ],
  },
};

/** A tree over the workgroup, of any size; every thread gets the result. */
const reduction = (name: string, combined: string): string => `
fn ${name}(value: f32, lane: u32) -> f32 {
  partial[lane] = value;
  for (var width = WORKGROUP; width > 1u; width = (width + 1u) / 2u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane + half < width) { let a = partial[lane]; let b = partial[lane + half]; partial[lane] = ${combined}; }
  }
  return workgroupUniformLoad(&partial[0]);
}`;

/** Threads of a row: many on a GPU; few where barriers are slow, as on a software adapter. */
const ROW_THREADS = [4, 8, 64];
/** Groups that a thread can hold. */
const LARGEST_STEPS = 64;

function rowShapes(groups: number): Shape[] {
  const counts = ROW_THREADS.map((threads) => {
    let workgroupSize = Math.min(threads, groups);
    while (groups % workgroupSize) workgroupSize--;
    return workgroupSize;
  });
  return [...new Set(counts)]
    .map((workgroupSize): Shape => ({ lanes: 4, workgroupSize, steps: groups / workgroupSize, isUnrolled: true }))
    .filter(({ steps }) => steps <= LARGEST_STEPS);
}

/** The naive kernel of a pass, as it may be started: the fastest is the one to compare with. None where there is no formula.
 *  @param copy the copy kernel's shape, in which single elements are handled */
export function naiveKernels(work: Work, copy: Shape): (readonly [KernelText, Shape])[] {
  if (hasFormula(work)) return [[elementText(work), copy]];
  const { definition, columns } = work;
  const isWhole = definition.name in ROWS && columns % 4 === 0;
  return isWhole ? rowShapes(columns / 4).map((shape) => [rowText(work, shape), shape]) : [];
}

const labelOf = ({ definition, pass }: Work): string => `naive ${definition.name}.${pass}`;

function rowText(work: Work, { steps }: Shape): KernelText {
  const { definition, pass, reads, writes } = work;
  const repeated = (line: string) => Array.from({ length: steps }, (_, step) => line.replaceAll('#', String(step)));
  return {
    ...{ label: labelOf(work), element: 'f32', inputs: reads, outputs: writes, isWhole: true },
    declarations: [
      `const LARGEST = ${LARGEST};`,
      'var<workgroup> partial: array<f32, WORKGROUP>;',
      ...[reduction('largest', 'max(a, b)'), reduction('sum', 'a + b')],
    ].join('\n'),
    body: ROWS[definition.name]![pass].flatMap((line) => (line.includes('#') ? repeated(line) : line)).join('\n  '),
  };
}

function elementText(work: Work): KernelText {
  const { definition, form, pass, parameters, reads, writes } = work;
  const { value, derivative, up } = FORMULAS[definition.of]!;
  const entries = Object.entries(parameters);
  return {
    ...{ label: labelOf(work), element: 'f32', inputs: reads, outputs: writes },
    declarations: [
      ...(entries.length
        ? [
            `struct Parameters { ${entries.map(([name]) => `${name}: f32`).join(', ')} }`,
            `const parameters = Parameters(${entries.map(([, number]) => wgslNumber(number)).join(', ')});`,
          ]
        : []),
      `fn erf(x: real) -> real { ${ERF} }`,
      `fn value(x: real) -> real { ${value} }`,
      `fn derivative(x: real) -> real { ${derivative} }`,
      `fn value_of_up(x: real) -> real { ${up ?? 'return x;'} }`,
      `fn derivative_of_up(x: real) -> real { ${up ? FLAT : 'return real(1.0);'} }`,
    ].join('\n'),
    body: BODIES[form.name]![pass],
  };
}

/** An infinite one is the largest number: WGSL has no text for it. */
const wgslNumber = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : String(Math.max(-LARGEST, Math.min(value, LARGEST)));

type Scalar = (x: number) => number;

type Loop = (
  value: Scalar,
  derivative: Scalar,
  up: Scalar,
  slopeOfUp: Scalar,
) => (inputs: Arrays, outputs: Arrays) => void;

const LOOPS: Readonly<Record<string, Readonly<Record<Pass, Loop>>>> = {
  element: {
    forward:
      (value) =>
      ({ x }, { y }) => {
        for (let i = 0; i < y!.length; i++) y![i] = value(x![i]!);
      },
    backward:
      (_value, derivative) =>
      ({ x, dy }, { dx }) => {
        for (let i = 0; i < dx!.length; i++) dx![i] = dy![i]! * derivative(x![i]!);
      },
  },
  gate: {
    forward:
      (value, _derivative, ofUp) =>
      ({ gate, up }, { y }) => {
        for (let i = 0; i < y!.length; i++) y![i] = value(gate![i]!) * ofUp(up![i]!);
      },
    backward:
      (value, derivative, ofUp, slopeOfUp) =>
      ({ gate, up, dy }, { dGate, dUp }) => {
        for (let i = 0; i < dUp!.length; i++) {
          dGate![i] = dy![i]! * ofUp(up![i]!) * derivative(gate![i]!);
          dUp![i] = dy![i]! * value(gate![i]!) * slopeOfUp(up![i]!);
        }
      },
  },
};

/** The same as a plain loop over typed arrays. */
export function naiveLoop({ definition, form, pass, parameters }: Work): (inputs: Arrays, outputs: Arrays) => void {
  const { value, derivative, up } = FORMULAS[definition.of]!;
  const all = [value, derivative, up ?? 'return x;', up ? FLAT : 'return 1;'];
  const [first, ...rest] = all.map((body) => scalarOf(body, parameters));
  return LOOPS[form.name]![pass](first!, ...(rest as [Scalar, Scalar, Scalar]));
}

/** The text as a JavaScript function, where WGSL's names stand for their scalar meanings. */
function scalarOf(body: string, parameters: Readonly<Record<string, number>>): Scalar {
  const { exp, log, tanh, sin, cos, sqrt, abs, min, max, sign } = Math;
  const select = <T>(otherwise: T, value: T, condition: unknown): T => (condition ? value : otherwise);
  const names = {
    ...{ exp, log, tanh, sin, cos, sqrt, abs, min, max, sign, select, parameters },
    real: (x: number) => x,
    clamp: (x: number, low: number, high: number) => min(max(x, low), high),
  };
  const code = `const { ${Object.keys(names).join(', ')} } = names;
    const erf = (x) => { ${ERF} };
    return (x) => { ${body} };`;
  return new Function('names', code)(names);
}
