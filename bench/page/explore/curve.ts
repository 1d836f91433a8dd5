/** An activation as a curve: y and f′ over x, by the library's kernels, and the float64 truth beside them. */
import { gated, logSoftmaxForward, reference, softmaxForward } from '../../../src/check/index.js';
import {
  type ActivationName,
  type Activations,
  type Definition,
  type Parameter,
  resolveActivation,
} from '../../../src/index.js';

export interface Curve {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly slope: Float32Array;
  readonly exactY: Float64Array;
  readonly exactSlope: Float64Array;
}

type Values = Readonly<Record<string, number>>;
type Arrays = Readonly<Record<string, Float32Array>>;

/** The library's array calls by names that are only known while this runs. */
interface Calls {
  forward(name: string, tensors: Arrays, options: Values): Promise<Arrays>;
  backward(name: string, tensors: Arrays, options: Values): Promise<Arrays>;
}

/** What stands still while x moves, besides hyper-parameters. */
const companions: Readonly<Record<Definition['family'], Readonly<Record<string, Parameter>>>> = {
  elementwise: {},
  channelwise: { weight: { default: 0.25, range: [-2, 2] } },
  gated: { up: { default: 1, range: [-4, 4] } },
  rowwise: { other: { default: 0, range: [-8, 8] } },
};

/** Everything that bends the curve: hyper-parameters, a learned weight, the other input. */
export const knobsOf = ({ family, parameters }: Definition): Readonly<Record<string, Parameter>> => ({
  ...parameters,
  ...companions[family],
});

export const defaultsOf = (definition: Definition): Values =>
  Object.fromEntries(Object.entries(knobsOf(definition)).map(([name, { default: value }]) => [name, value]));

/** A row-wise function is drawn over the first of two elements. */
const COLUMNS = 2;

/** Without a device, the truth rounded to float32 stands in. */
export async function computeCurve(
  activations: Activations | undefined,
  name: ActivationName,
  values: Values,
  x: Float32Array,
): Promise<Curve> {
  const definition = resolveActivation(name);
  const { exactY, exactSlope } = truthOf(definition, values, x);
  if (!activations)
    return { x, y: Float32Array.from(exactY), slope: Float32Array.from(exactSlope), exactY, exactSlope };
  const calls = activations as unknown as Calls;
  const { family } = definition;
  const parameters = Object.fromEntries(Object.keys(definition.parameters).map((key) => [key, values[key]!]));
  const same = (value: number) => new Float32Array(x.length).fill(value);
  if (family === 'rowwise') {
    const rows = new Float32Array(COLUMNS * x.length).fill(values.other!);
    const dy = new Float32Array(COLUMNS * x.length);
    for (let i = 0; i < x.length; i++) [rows[COLUMNS * i], dy[COLUMNS * i]] = [x[i]!, 1];
    const options = { columns: COLUMNS };
    const { y } = await calls.forward(name, { x: rows }, options);
    const { dx } = await calls.backward(name, { x: rows, dy }, options);
    const first = (array: Float32Array) => array.filter((_, i) => i % COLUMNS === 0);
    return { x, y: first(y!), slope: first(dx!), exactY, exactSlope };
  }
  const tensors: Arrays =
    family === 'gated'
      ? { gate: x, up: same(values.up!) }
      : { x, ...(family === 'channelwise' && { weight: Float32Array.of(values.weight!) }) };
  const { y } = await calls.forward(name, tensors, parameters);
  const { dx, dGate } = await calls.backward(name, { ...tensors, dy: same(1) }, parameters);
  return { x, y: y!, slope: (dx ?? dGate)!, exactY, exactSlope };
}

function truthOf({ family, name }: Definition, values: Values, x: Float32Array): Pick<Curve, 'exactY' | 'exactSlope'> {
  const fill = (compute: (x: number) => number) => Float64Array.from(x, compute);
  // What the kernels get are float32 numbers.
  const [up, weight, other] = [values.up, values.weight, values.other].map((value) => Math.fround(value ?? 0));
  if (family === 'gated') {
    const { value, dGate } = gated[name as keyof typeof gated];
    return { exactY: fill((x) => value(x, up!, values)), exactSlope: fill((x) => dGate(x, up!, 1, values)) };
  }
  if (family === 'rowwise') {
    const [softmax, compute] = [softmaxForward, name === 'softmax' ? softmaxForward : logSoftmaxForward];
    const share = (x: number) => softmax([x, other!], 1, COLUMNS);
    return {
      exactY: fill((x) => compute([x, other!], 1, COLUMNS)[0]!),
      exactSlope: fill((x) => share(x)[1]! * (name === 'softmax' ? share(x)[0]! : 1)),
    };
  }
  const { value, derivative } = reference[name as keyof typeof reference];
  const given = { ...values, ...(family === 'channelwise' && { weight: weight! }) };
  return { exactY: fill((x) => value(x, given)), exactSlope: fill((x) => derivative(x, given)) };
}

/** Evenly spread float32 numbers, both ends included. */
export const spread = (from: number, to: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** What a slider offers around the default; the field beside it takes whatever the library takes. */
export function sliderRange({ default: value, range }: Parameter): { minimum: number; maximum: number } {
  const [lowest, highest] = range;
  if (lowest > 0 || (lowest === 0 && value > 1))
    return { minimum: Math.max(lowest, Number((value / 20).toPrecision(1))), maximum: Math.min(highest, value * 5) };
  const width = Math.max(2, 2 * Math.abs(value));
  return { minimum: Math.max(lowest, value - width), maximum: Math.min(highest, value + width) };
}
