import { type Row, resolveActivation } from '../catalogue.js';
import { resolveParameters } from '../definition.js';
import { formOf, gradientOf, usualForm } from '../forms.js';
import { computeAlong } from './axis.js';
import { compare, type Tolerance } from './compare.js';
import { type ArrayCalls, compute, type Options, type Tensors } from './compute.js';
import { type DataType, isDataType, roundTo, storageOf } from './dtype.js';
import { callsIn } from './half.js';
import { fromJsonNumber, isJsonNumber, toJsonNumber } from './json.js';
import { isSameShape } from './layout.js';
import type { Result, Worst } from './result.js';
import type { Vector, VectorTensor } from './vectors.js';

/** Why a vector is beyond this library. */
class Unsupported extends Error {}

/** What a vector asks for, in the library's terms. */
interface Case {
  readonly definition: Row;
  readonly options: Options;
  readonly axis: number | undefined;
  readonly dtype: DataType;
  readonly inputs: Tensors;
}

/** Runs one vector and compares every value it expects. */
export async function checkVector(gpu: ArrayCalls, vector: Vector): Promise<Result> {
  const { suite, name, op, direction } = vector;
  const facts = { suite, name, op, direction };
  const nothing = { values: 0, maxUlp: 0, maxAbs: 0, worst: null } as const;
  try {
    const plan = planCase(vector);
    // in elements of the vector's own type
    const results = await computeCase(callsIn(storageOf[plan.dtype], gpu), direction, plan);
    const judgement = judge(vector, plan, [results]);
    if (judgement.status === 'passed' || direction === 'forward' || !hasKinkAmong(plan))
      return { ...facts, ...judgement };
    const sides = [-1, 1].map((step) => computeCase(gpu, direction, besideKinks(plan, step)));
    return { ...facts, ...judge(vector, plan, [results, ...(await Promise.all(sides))]) };
  } catch (error) {
    const status = error instanceof Unsupported ? 'unsupported' : 'failed';
    return { ...facts, ...nothing, status, reason: (error as Error).message };
  }
}

/** @throws {Unsupported} for what the catalogue does not have; such a vector never counts as passed */
function planCase({ op, direction, params, dtype, inputs, expected }: Vector): Case {
  if (!isDataType(dtype)) throw new Unsupported(`data type ${dtype}`);
  const { approximate, axis, gateFirst, halves, causal, queries, empty, ...rest } = params;
  const definition = supported(() => resolveActivation(namedBy(op, approximate)));
  const isGate = usualForm(definition) === 'gate' || (definition.maps === 'element' && halves !== undefined);
  const hasAxis = isGate || definition.maps === 'row';
  if (axis !== undefined && !(hasAxis && typeof axis === 'number')) refuse('axis', axis, definition);
  const ofHalves = withoutUndefined({ gateFirst, halves });
  const ofRows = withoutUndefined({ causal, queries, empty });
  for (const [name, value] of Object.entries(ofHalves))
    if (!(isGate && inputs.x && [true, false, 'split', 'interleaved'].includes(value as never)))
      refuse(name, value, definition);
  for (const [name, value] of Object.entries(ofRows)) if (!definition.sight) refuse(name, value, definition);
  const options: Record<string, number> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (!Object.hasOwn(definition.parameters, name)) throw new Unsupported(`parameter "${name}" of ${definition.name}`);
    if (!isJsonNumber(value)) throw new Unsupported(`${name} ${JSON.stringify(value)} of ${definition.name}`);
    const parameter = fromJsonNumber(value);
    // x written as ±λ means the kink; rounding x to the data type must not move it off
    const isKink = inputs.x?.values.some((x) => Math.abs(fromJsonNumber(x)) === Math.abs(parameter));
    options[name] = isKink ? roundTo[dtype](parameter) : parameter;
  }
  const parameters = supported(() => resolveParameters(definition, options));
  if (direction === 'backward' && inputs.y && !inputs.x) {
    if (!definition.fromY || Object.values(parameters).some((value) => !(value > 0)))
      throw new Unsupported(`the gradient of ${definition.name} from y, with ${JSON.stringify(params)}`);
  }
  const layout = {
    ...ofHalves,
    ...ofRows,
    ...(definition.sight && direction === 'forward' && expected.logSumExp && { logSumExp: true }),
  };
  checkTensors(definition, direction, inputs, expected, layout);
  return {
    definition,
    options: { ...options, ...layout },
    axis: (axis as number | undefined) ?? (hasAxis ? -1 : undefined),
    dtype,
    inputs: tensorsOf(inputs, dtype),
  };
}

function refuse(parameter: string, value: unknown, { name }: Row): never {
  throw new Unsupported(`parameter "${parameter}" ${JSON.stringify(value)} of ${name}`);
}

const withoutUndefined = (values: Options): Options =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** `gelu` with `approximate` is an activation of its own here; no other one takes it. */
function namedBy(op: string, approximate: unknown): string {
  if (approximate === undefined) return op;
  const variants: Record<string, string> = { none: 'gelu', tanh: 'geluTanh', sigmoid: 'geluSigmoid' };
  const variant =
    typeof approximate === 'string' && Object.hasOwn(variants, approximate) ? variants[approximate] : undefined;
  if (!variant || supported(() => resolveActivation(op)).name !== 'gelu')
    throw new Unsupported(`parameter "approximate" ${JSON.stringify(approximate)} of ${op}`);
  return variant;
}

/** The library's refusal of a name or a value is what "unsupported" means. */
function supported<T>(resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    throw new Unsupported((error as Error).message);
  }
}

function checkTensors(
  definition: Row,
  direction: 'forward' | 'backward',
  inputs: Vector['inputs'],
  expected: Vector['expected'],
  options: Options,
): void {
  // In a backward vector y is of use only without x, in a forward one dy is of none.
  const spare = direction === 'backward' && inputs.x ? 'y' : direction === 'forward' ? 'dy' : '';
  // what suites mean by a bias is not ours
  const given = Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== spare && name !== 'bias'));
  const { inputs: needed, outputs: known } = supported(() => formOf(definition, direction, given, options));
  for (const name of needed)
    if (!inputs[name]) throw new Unsupported(`${definition.name}.${direction} without ${name}`);
  for (const name of Object.keys(inputs))
    if (!needed.includes(name) && name !== spare) throw new Unsupported(`input "${name}" of ${definition.name}`);
  for (const name of Object.keys(expected))
    if (!known.includes(name)) throw new Unsupported(`output "${name}" of ${definition.name}.${direction}`);
}

function computeCase(gpu: ArrayCalls, direction: 'forward' | 'backward', plan: Case): Promise<Tensors> {
  const { definition, options, axis } = plan;
  const inputs = { ...plan.inputs };
  if (inputs.x) delete inputs.y;
  if (direction === 'forward') delete inputs.dy;
  return axis === undefined
    ? compute(gpu, definition, direction, inputs, options)
    : computeAlong(axis, gpu, definition, direction, inputs, options);
}

/** At a kink f′ is a convention, and suites hold to either side: their gradient there may be the one beside it. */
const isKink = ({ definition, options, dtype }: Case): ((x: number) => boolean) => {
  if (usualForm(definition) !== 'element' || options.halves !== undefined) return () => false;
  const kinks = definition
    .points(resolveParameters(definition, options))
    .map((point) => Math.abs(roundTo[dtype](point)));
  return (x) => kinks.includes(Math.abs(x));
};

const hasKinkAmong = (plan: Case): boolean => plan.inputs.x?.data.some(isKink(plan)) ?? false;

/** The case with each x at a kink moved off it, by the smallest normal float32 or 2⁻²² of it. */
function besideKinks(plan: Case, step: number): Case {
  const x = plan.inputs.x!;
  const isAt = isKink(plan);
  const data = x.data.map((value) =>
    isAt(value) ? value + step * Math.max(2 ** -126, Math.abs(value) * 2 ** -22) : value,
  );
  return { ...plan, inputs: { ...plan.inputs, x: { ...x, data } } };
}

/** @param results the library's, then those that may stand in for it at a kink */
function judge(
  vector: Vector,
  { definition, dtype, inputs }: Case,
  [results, ...besides]: readonly Tensors[],
): Pick<Result, 'status' | 'reason' | 'values' | 'maxUlp' | 'maxAbs' | 'worst'> {
  const source = inputs.x ?? inputs.y ?? inputs.gate!;
  let [values, failures, maxUlp, maxAbs, rank] = [0, 0, 0, 0, -1];
  let worst: Worst | null = null;
  let reason: Pick<Result, 'reason'> = {};
  for (const [tensor, { shape, values: wanted }] of Object.entries(vector.expected)) {
    const result = results![tensor]!;
    const tolerance = vector.tolerance ?? ownTolerance(definition, tensor, dtype, inputs);
    if (result.data.length !== wanted.length)
      throw new RangeError(`expected ${tensor} of shape [${shape.join(', ')}], got [${result.shape.join(', ')}]`);
    for (let index = 0; index < wanted.length; index++) {
      const expected = fromJsonNumber(wanted[index]!);
      const got = roundTo[dtype](result.data[index]!);
      const { absolute, ulp, passed } = [got, ...besides.map((beside) => roundTo[dtype](beside[tensor]!.data[index]!))]
        .map((each) => compare(each, expected, dtype, tolerance))
        .reduce((best, next) => (best.passed || !next.passed ? best : next));
      values++;
      if (!passed) {
        failures++;
        reason = { reason: `${failures} values are further off than ${describe(tolerance)}` };
      }
      maxUlp = Math.max(maxUlp, ulp);
      maxAbs = Math.max(maxAbs, absolute);
      // The worst value is a failed one where there is any, and among equals the one with the largest error.
      const error = (passed ? 0 : 1) + errorRank(tolerance.metric === 'ULP' ? ulp : absolute);
      if (error <= rank) continue;
      rank = error;
      const x = isSameShape(result.shape, source.shape) ? toJsonNumber(source.data[index]!) : null;
      worst = { tensor, index, x, expected: toJsonNumber(expected), got: toJsonNumber(got) };
    }
  }
  const status = failures ? 'failed' : 'passed';
  return { status, ...reason, values, maxUlp: toJsonNumber(maxUlp), maxAbs: toJsonNumber(maxAbs), worst };
}

/** Any error ≥ 0 mapped to 0 … 1 in order, infinity included. */
const errorRank = (error: number): number => (error === Infinity ? 1 : error / (1 + error));

/**
 * The library's own bound, for suites that name none. In float16 and bfloat16 a result is the rounded float32, half an ULP
 * from the truth but for ties; another half is for the suite's own rounding. The slack of 2⁻²³ is for what those suites
 * expect: values computed in float32 through intermediates near 1 (e^x − 1 for elu), so good to one ULP of 1 at best.
 */
function ownTolerance({ bounds, learned }: Row, tensor: string, dtype: DataType, inputs: Tensors): Tolerance {
  const isSum = tensor === 'dSink' || Object.keys(learned).some((name) => gradientOf(name) === tensor);
  const slack = isSum ? sumBound(inputs) : 2 ** -23;
  // dx = dy · f′(x) is rounded once more than f′.
  const float32 =
    tensor === 'logSumExp'
      ? resolveActivation(tensor).bounds.forward
      : ['y', 'loss'].includes(tensor)
        ? bounds.forward
        : bounds.derivative + 0.5;
  return { metric: 'ULP', value: dtype === 'float32' ? float32 : 1, slack };
}

/** The contract of a sum, 4 · 2⁻²⁴ · Σ|terms|, with the terms of all channels together. */
function sumBound({ x, dy }: Tensors): number {
  if (!x || !dy) return 0;
  const terms = x.data.map((value, index) => Math.abs(value * dy.data[index % dy.data.length]!));
  return 4 * 2 ** -24 * terms.filter(Number.isFinite).reduce((sum, term) => sum + term, 0);
}

function describe({ metric, value, slack }: Tolerance): string {
  return `${value} ${metric}${slack ? ` + ${slack}` : ''}`;
}

function tensorsOf(tensors: Readonly<Record<string, VectorTensor>>, dtype: DataType): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [
      name,
      { shape, data: Float32Array.from(values, (value) => roundTo[dtype](fromJsonNumber(value))) },
    ]),
  );
}
