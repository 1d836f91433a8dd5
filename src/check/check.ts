import { type Row, resolveActivation } from '../catalogue.js';
import { type Definition, resolveParameters } from '../definition.js';
import { forms, usualForm } from '../forms.js';
import type { StorageType } from '../storage.js';
import type { ArrayCalls, Arrays } from './compute.js';
import { checkDerivative } from './derivative.js';
import { roundTo, storedAs } from './dtype.js';
import { callsIn, everyHalf, fromElements } from './half.js';
import { checkLearned } from './learned.js';
import { type Result, resultOf } from './result.js';
import { checkRows } from './rows.js';
import { normalInputs, sampleInputs } from './samples.js';
import { allowanceOf, boundOf, inputNames, pointsOf, sampleLearned, truthsOf } from './truth.js';
import { spacing, UlpComparison } from './ulp.js';

/** What `check` may be given. */
export interface CheckOptions {
  /** About how many inputs; default 2²⁰. Of 16 bits there are 2¹⁶, which are all taken. */
  readonly count?: number;
  /** The activation's parameters, where they differ from the defaults. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** How the elements lie in memory; default 'f32'. Errors are then in ULP of that type. */
  readonly dtype?: StorageType;
  /** Whether the adapter's + − × ÷ are IEEE's; default true, which asks the most. */
  readonly isIeee?: boolean;
}

export const defaultCount = 2 ** 20;

/**
 * Compares an activation on the GPU with the float64 reference over the stratified sample, or over every number of a type of
 * 16 bits: y, f′ (dx where dy is 1) or the gradients of gate and up, and for a learned weight its gradient over random
 * numbers. A result for each. Of a user's own activation the reference's derivative is first held to central differences of
 * its value. Rows are judged by `checkRows`.
 */
export async function check(
  given: ArrayCalls,
  name: string | Definition,
  options: CheckOptions = {},
): Promise<Result[]> {
  const { count = defaultCount, dtype = 'f32', isIeee = true } = options;
  const definition = resolveActivation(name);
  const parameters = resolveParameters(definition, options.parameters);
  const gpu = callsIn(dtype, given);
  if (definition.maps === 'row') return checkRows(gpu, definition, count, dtype, parameters);
  const { format, step } = storedAs[dtype];
  const sample =
    dtype === 'f32' ? sampleInputs({ points: pointsOf(definition, parameters), count }) : everyNumber(dtype);
  const inputs = inputsOf(definition, sample, roundTo[format.name]);
  const [main] = inputNames(definition);
  const { dy, ...sources } = { ...inputs, ...sampleLearned(definition) };
  const got = {
    ...(await gpu.forward(definition, sources, parameters)),
    ...(await gpu.backward(definition, { ...sources, dy }, parameters)),
  };
  const results = truthsOf(definition, parameters).map(({ tensor, direction, fill }): Result => {
    const x = inputs[main!]!;
    const exact = new Float64Array(x.length);
    fill(inputs, exact);
    const bound = boundOf(definition, tensor, isIeee, true);
    // rounded from a float32 within that bound: half an ULP of its own, and a little of the bound
    const comparison = new UlpComparison(dtype === 'f32' ? bound : 0.5 + bound * step, format);
    const allowance = allowanceOf(definition, parameters);
    for (let index = 0; index < x.length; index++) {
      const value = got[tensor]![index]!;
      const allowed = allowance(x[index]!);
      // beside a root a result of 16 bits is rounded too
      const rounding = allowed && dtype !== 'f32' ? 0.5 * spacing(exact[index]!, format) : 0;
      const isNear = Math.abs(value - exact[index]!) <= allowed + rounding;
      comparison.add(index, x[index]!, isNear ? value : exact[index]!, value);
    }
    const type = dtype === 'f32' ? '' : ` ${dtype}`;
    const facts = { suite: 'reference', name: `${definition.name} ${tensor}${type}`, op: definition.name, direction };
    return { ...facts, ...resultOf(tensor, comparison) };
  });
  if (definition.reference) results.unshift(checkDerivative(definition, parameters));
  return dtype === 'f32' ? [...results, ...(await checkLearned(gpu, definition, parameters, count))] : results;
}

/** Every number of a type of 16 bits, in the order of {@link everyHalf}. */
function everyNumber(dtype: Exclude<StorageType, 'f32'>): Float32Array {
  return fromElements(everyHalf(), dtype);
}

/**
 * The numbers for x or the gate. dy is 1 for x, which gives f′. Beside a gate, up and dy are at most 1 in size: larger ones
 * would lift what the gate's activation may flush to zero above the limit of what may be flushed.
 */
function inputsOf(
  definition: Row,
  sample: Float32Array,
  round: (value: number) => number,
): Arrays & { readonly dy: Float32Array } {
  // WGSL lets arithmetic take a subnormal for 0, which a user's own activation need not work around
  const [minimum, maximum] = definition.domain ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const isLeftOut = (x: number): boolean => Math.abs(x) < 2 ** -126 || x < minimum || x > maximum;
  const main = definition.reference ? sample.map((x) => (isLeftOut(x) ? 0 : x)) : sample;
  const { length } = main;
  if (forms[usualForm(definition)].sources.length === 1) return { x: main, dy: new Float32Array(length).fill(1) };
  const fractions = (seed: number) =>
    normalInputs(length, seed).map((value) => round(Math.max(-1, Math.min(value, 1))));
  return { gate: main, up: fractions(1), dy: fractions(2) };
}
