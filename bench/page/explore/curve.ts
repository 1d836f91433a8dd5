/** An activation as a curve or as a row: by the library's kernels, and the float64 truth beside them. */
import { inputNames, referenceOf, referenceParameters, sampleLearned } from '../../../src/check/truth.js';
import { optionsOf } from '../../../src/definition.js';
import { type FormFacts, forms, gradientOf, usualForm } from '../../../src/forms.js';
import {
  type ActivationName,
  type Activations,
  dynamic,
  type Parameter,
  type Row,
  resolveActivation,
} from '../../../src/index.js';
import { gatedBy, rowValues, rowwise } from '../../../src/reference/index.js';

export interface Curve {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly slope: Float32Array;
  readonly exactY: Float64Array;
  readonly exactSlope: Float64Array;
}

type Values = Readonly<Record<string, number>>;
type Arrays = Readonly<Record<string, Float32Array>>;

const OTHER = { other: { default: 0, range: [-8, 8] } } as const;

/** The other input of a form, which stands still while x moves: what is multiplied by, another element of the row. */
const companions: Readonly<Record<ReturnType<typeof usualForm>, Readonly<Record<string, Parameter>>>> = {
  element: {},
  gate: { up: { default: 1, range: [-4, 4] } },
  row: OTHER,
  value: OTHER,
  loss: OTHER,
};

const LEARNED_RANGE = [-2, 2] as const;

/** Everything that bends the curve: hyper-parameters, a learned one, the other input. */
export function knobsOf(row: Row): Readonly<Record<string, Parameter>> {
  const options = optionsOf(row).map((name) => [name, row.parameters[name]!] as const);
  const learned = Object.entries(sampleLearned(row)).map(
    ([tensor, [value]]) => [tensor, { default: value!, range: LEARNED_RANGE }] as const,
  );
  return { ...Object.fromEntries([...options, ...learned]), ...companions[usualForm(row)] };
}

export const defaultsOf = (row: Row): Values =>
  Object.fromEntries(Object.entries(knobsOf(row)).map(([name, { default: value }]) => [name, value]));

/** A row-wise function is drawn over the first of two elements. */
const COLUMNS = 2;

/** Without a device, the truth rounded to float32 stands in. */
export async function computeCurve(
  activations: Activations | undefined,
  name: ActivationName,
  values: Values,
  x: Float32Array,
): Promise<Curve> {
  const row = resolveActivation(name);
  const [value, derivative] = truthOf(row, values);
  const [exactY, exactSlope] = [Float64Array.from(x, value), Float64Array.from(x, derivative)];
  const drawn = activations
    ? await computeOn(activations, row, values, x)
    : { y: Float32Array.from(exactY), slope: Float32Array.from(exactSlope) };
  return { x, ...drawn, exactY, exactSlope };
}

async function computeOn(
  activations: Activations,
  row: Row,
  values: Values,
  x: Float32Array,
): Promise<Pick<Curve, 'y' | 'slope'>> {
  const calls = dynamic(activations);
  const form = usualForm(row);
  const columns = row.maps === 'row' ? COLUMNS : 1;
  // the first element of each row, and what stands in the others
  const rowsOf = (first: (i: number) => number, others: number) =>
    new Float32Array(columns * x.length).map((_, i) => (i % columns ? others : first(i / columns)));
  const [main, ...beside] = inputNames(row);
  const { integers = [], ofRows = [], results: outputs = ['y'] }: FormFacts = forms[form];
  const floats = beside.filter((source) => !integers.includes(source));
  const tensors: Record<string, Float32Array> = {
    [main!]: rowsOf((i) => x[i]!, values.other ?? 0),
    ...Object.fromEntries(floats.map((source) => [source, rowsOf(() => values[source]!, 0)])),
    // the label of each row is its first element
    ...Object.fromEntries(integers.map((source) => [source, new Uint32Array(x.length) as unknown as Float32Array])),
    ...learnedOf(row, values),
  };
  const parameters = Object.fromEntries(optionsOf(row).map((key) => [key, values[key]!]));
  const options = row.maps === 'row' ? { ...parameters, columns } : parameters;
  const [output] = outputs;
  const { [output!]: y } = await calls.forward(row, tensors, options);
  const dy = ofRows.includes('dy') ? new Float32Array(x.length).fill(1) : rowsOf(() => 1, 0);
  const results = await calls.backward(row, { ...tensors, dy }, options);
  const firsts = (array: Float32Array) => array.filter((_, i) => i % columns === 0);
  return { y: ofRows.includes(output!) ? y! : firsts(y!), slope: firsts(results[forms[form].gradients[0]]!) };
}

const learnedOf = (row: Row, values: Values): Arrays =>
  Object.fromEntries(Object.keys(sampleLearned(row)).map((tensor) => [tensor, Float32Array.of(values[tensor]!)]));

type Scalar = (x: number) => number;

/** y and its slope. What the kernels get are float32 numbers. */
export function truthOf(row: Row, values: Values): readonly [Scalar, Scalar] {
  const form = usualForm(row);
  if (form === 'element') {
    const { value, derivative } = referenceOf(row);
    const parameters = referenceParameters(row, values, learnedOf(row, values));
    return [(x) => value(x, parameters), (x) => derivative(x, parameters)];
  }
  if (form === 'gate') {
    const { value, dGate } = gatedBy(referenceOf(row), row.flat);
    const up = Math.fround(values.up!);
    return [(x) => value(x, up, values), (x) => dGate(x, up, 1, values)];
  }
  const rowOf = (x: number) => exactRow(row, values, [x, Math.fround(values.other!)], 0);
  return [(x) => rowOf(x).y[0]!, (x) => rowOf(x).dx[0]!];
}

/** What a function makes of one row: y, and the gradient of y at one element, or of the one value that there is. */
export interface RowResult {
  readonly y: ArrayLike<number>;
  readonly dx: ArrayLike<number>;
}

export function exactRow(row: Row, values: Values, x: readonly number[], at: number): RowResult {
  const columns = x.length;
  if (usualForm(row) === 'row') {
    const { forward, backward } = rowwise[row.name]!;
    const y = forward(x, 1, columns, values);
    return { y, dx: backward(y, oneHot(columns, at), 1, columns, values) };
  }
  const { forward, backward } = rowValues[row.name]!;
  const rows = { x, labels: [at], columns, parameters: values };
  return { y: forward(rows), dx: backward(rows, [1]) };
}

const oneHot = (length: number, at: number): Float32Array => new Float32Array(length).fill(1, at, at + 1);

/** By the kernels. */
export async function computeRow(
  activations: Activations | undefined,
  name: ActivationName,
  values: Values,
  x: readonly number[],
  at: number,
): Promise<RowResult> {
  const row = resolveActivation(name);
  const rounded = Float32Array.from(x);
  if (!activations) return exactRow(row, values, [...rounded], at);
  const { ofRows = [], integers = [], results: [output] = ['y'] }: FormFacts = forms[usualForm(row)];
  const labels = integers.map((tensor) => [tensor, Uint32Array.of(at) as unknown as Float32Array] as const);
  const tensors = { x: rounded, ...Object.fromEntries(labels) };
  const options = { ...Object.fromEntries(optionsOf(row).map((key) => [key, values[key]!])), columns: x.length };
  const calls = dynamic(activations);
  const { [output!]: y } = await calls.forward(row, tensors, options);
  const dy = ofRows.includes('dy') ? Float32Array.of(1) : oneHot(x.length, at);
  const { dx } = await calls.backward(row, { ...tensors, dy }, options);
  return { y: y!, dx: dx! };
}

/** ∂y over x by what else y depends on: by each parameter that may be learned, and by a gated unit's up. */
export interface Slope {
  readonly by: string;
  readonly drawn: Float32Array;
  readonly exact: Float64Array;
}

/** The names of `computeSlopes`. */
export const slopesOf = (row: Row): string[] => [
  ...Object.keys(row.learned),
  ...(usualForm(row) === 'gate' ? ['up'] : []),
];

export async function computeSlopes(
  activations: Activations | undefined,
  name: ActivationName,
  values: Values,
  x: Float32Array,
): Promise<Slope[]> {
  const row = resolveActivation(name);
  const isGate = usualForm(row) === 'gate';
  const up = Math.fround(values.up ?? 1);
  const reference = referenceOf(row);
  const gate = gatedBy(reference, row.flat);
  const parameters = referenceParameters(row, values, learnedOf(row, values));
  const given = (tensor: string) => values[tensor] ?? values[row.learned[tensor]!]!;
  const exactOf = (by: string): Scalar => {
    if (by === 'up') return (at) => gate.dUp(at, up, 1, values);
    const slope = reference.by![row.learned[by]!]!;
    return (at) => slope(at, parameters) * (isGate ? up : 1);
  };
  const exact = slopesOf(row).map((by) => ({ by, exact: Float64Array.from(x, exactOf(by)) }));
  if (!activations) return exact.map((slope) => ({ ...slope, drawn: Float32Array.from(slope.exact) }));
  // a channel for each x: each sum then has one term
  const filled = (value: number) => new Float32Array(x.length).fill(value);
  const learned = Object.keys(row.learned).map((tensor) => [tensor, filled(given(tensor))] as const);
  const options = optionsOf(row).filter((key) => !Object.values(row.learned).includes(key));
  const results = await dynamic(activations).backward(
    row,
    { ...(isGate ? { gate: x, up: filled(up) } : { x }), ...Object.fromEntries(learned), dy: filled(1) },
    {
      ...Object.fromEntries(options.map((key) => [key, values[key]!])),
      ...(learned.length > 0 && { channels: x.length }),
    },
  );
  return exact.map((slope) => ({ ...slope, drawn: results[gradientOf(slope.by)]! }));
}

/** Evenly spread float32 numbers, both ends included. */
export const spread = (from: number, to: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** What a slider offers around the default; the field beside it takes whatever the library takes. */
export function sliderRange({ default: value, range }: Parameter): { minimum: number; maximum: number } {
  const [lowest, highest] = range;
  // an infinite bound bounds nothing: from there on, one that does
  if (!Number.isFinite(value)) return { minimum: Math.max(lowest, 0), maximum: Math.min(highest, 20) };
  if (lowest > 0 || (lowest === 0 && value > 1))
    return { minimum: Math.max(lowest, Number((value / 20).toPrecision(1))), maximum: Math.min(highest, value * 5) };
  const width = Math.max(2, 2 * Math.abs(value));
  return { minimum: Math.max(lowest, value - width), maximum: Math.min(highest, value + width) };
}
