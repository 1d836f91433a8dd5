import { type Definition, type Parameters, resolveActivation, resolveParameters } from '../catalogue.js';
import type { ArrayCalls, Arrays } from './compute.js';
import { checkDerivative } from './derivative.js';
import { type Result, resultOf } from './result.js';
import { checkRows } from './rows.js';
import { normalInputs, sampleInputs } from './samples.js';
import { boundOf, inputNames, pointsOf, sampleWeight, truthsOf } from './truth.js';
import { UlpComparison } from './ulp.js';
import { checkWeightGradient } from './weight.js';

export interface CheckOptions {
  /** About how many inputs; default 2²⁰. */
  readonly count?: number;
  /** The activation's parameters, where they differ from the defaults. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Whether the adapter's + − × ÷ are IEEE's; default true, which asks the most. */
  readonly isIeee?: boolean;
}

export const defaultCount = 2 ** 20;

/**
 * Compares an activation on the GPU with the float64 reference over the stratified sample: y, f′ (dx where dy is 1) or the
 * gradients of gate and up, and for a learned weight its gradient over random numbers. A result for each. Of a user's own
 * activation the reference's derivative is first held to central differences of its value. Rows are judged by `checkRows`.
 */
export async function check(gpu: ArrayCalls, name: string | Definition, options: CheckOptions = {}): Promise<Result[]> {
  const { count = defaultCount, isIeee = true } = options;
  const definition = resolveActivation(name);
  const parameters = resolveParameters(definition, options.parameters);
  if (definition.family === 'rowwise') return checkRows(gpu, definition, count);
  const key = definition.wgsl === undefined ? definition.name : definition;
  const inputs = sampleOf(definition, parameters, count);
  const [main] = inputNames(definition);
  const isWeighted = definition.family === 'channelwise';
  const { dy, ...sources } = { ...inputs, ...(isWeighted && { weight: Float32Array.of(sampleWeight) }) };
  const got = {
    ...(await gpu.forward(key, sources, parameters)),
    ...(await gpu.backward(key, { ...sources, dy }, parameters)),
  };
  const results = truthsOf(definition, parameters).map(({ tensor, direction, fill }): Result => {
    const x = inputs[main!]!;
    const exact = new Float64Array(x.length);
    fill(inputs, exact);
    const comparison = new UlpComparison(boundOf(definition, tensor, isIeee, true));
    const { absolute = 0 } = definition.bounds;
    for (let index = 0; index < x.length; index++) {
      const value = got[tensor]![index]!;
      const isNear = Math.abs(value - exact[index]!) <= absolute;
      comparison.add(index, x[index]!, isNear ? value : exact[index]!, value);
    }
    const facts = { suite: 'reference', name: `${definition.name} ${tensor}`, op: definition.name, direction };
    return { ...facts, ...resultOf(tensor, comparison) };
  });
  if (definition.reference) results.unshift(checkDerivative(definition, parameters));
  return isWeighted ? [...results, ...(await checkWeight(gpu, count))] : results;
}

/**
 * The stratified numbers for x or the gate. dy is 1 for x, which gives f′. Beside a gate, up and dy are at most 1 in size:
 * larger ones would lift what the gate's activation may flush to zero above the limit of what may be flushed.
 */
function sampleOf(
  definition: Definition,
  parameters: Parameters,
  count: number,
): Arrays & { readonly dy: Float32Array } {
  const sample = sampleInputs({ points: pointsOf(definition, parameters), count });
  // WGSL lets arithmetic take a subnormal for 0, which a user's own activation need not work around
  const [minimum, maximum] = definition.domain ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const isLeftOut = (x: number): boolean => Math.abs(x) < 2 ** -126 || x < minimum || x > maximum;
  const main = definition.reference ? sample.map((x) => (isLeftOut(x) ? 0 : x)) : sample;
  if (definition.family !== 'gated') return { x: main, dy: new Float32Array(count).fill(1) };
  const fractions = (seed: number) => normalInputs(count, seed).map((value) => Math.max(-1, Math.min(value, 1)));
  return { gate: main, up: fractions(1), dy: fractions(2) };
}

/** All elements in one channel, then many short channels. */
async function checkWeight(gpu: ArrayCalls, count: number): Promise<Result[]> {
  const rows = 256;
  const columns = Math.ceil(count / rows);
  const [x, dy] = [normalInputs(rows * columns, 1), normalInputs(rows * columns, 2)];
  return [
    await checkWeightGradient(gpu, { x, dy, channels: 1, inner: 1 }),
    await checkWeightGradient(gpu, { x, dy, channels: columns, inner: 16 }),
  ];
}
