import { type Definition, type Parameters, resolveActivation, resolveParameters } from '../catalogue.js';
import type { ArrayCalls, Arrays } from './compute.js';
import { type Result, resultOf } from './result.js';
import { normalInputs, sampleInputs } from './samples.js';
import { boundOf, fillExact, sampleWeight } from './truth.js';
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
 * Compares an activation on the GPU with the float64 reference over the stratified sample: y, f′ (dx where dy is 1), and for
 * a learned weight its gradient over random numbers. A result for each.
 */
export async function check(gpu: ArrayCalls, name: string, options: CheckOptions = {}): Promise<Result[]> {
  const { count = defaultCount, isIeee = true } = options;
  const definition = resolveActivation(name);
  const parameters = resolveParameters(definition, options.parameters);
  const x = sampleInputs({ points: definition.points(parameters), count });
  const ones = new Float32Array(x.length).fill(1);
  const weight: Arrays = definition.family === 'channelwise' ? { weight: Float32Array.of(sampleWeight) } : {};
  const { y } = await gpu.forward(definition.name, { x, ...weight }, parameters);
  const { dx } = await gpu.backward(definition.name, { x, dy: ones, ...weight }, parameters);
  const results = [
    judge(definition, parameters, 'y', { x, got: y!, bound: boundOf(definition, 'y', isIeee) }),
    judge(definition, parameters, 'dx', { x, dy: ones, got: dx!, bound: boundOf(definition, 'derivative', isIeee) }),
  ];
  return definition.family === 'channelwise' ? [...results, ...(await checkWeight(gpu, count))] : results;
}

interface Pass {
  readonly x: Float32Array;
  readonly dy?: Float32Array;
  readonly got: Float32Array;
  readonly bound: number;
}

function judge(
  definition: Definition,
  parameters: Parameters,
  tensor: 'y' | 'dx',
  { x, dy, got, bound }: Pass,
): Result {
  const exact = new Float64Array(x.length);
  fillExact(definition, parameters, x, dy, exact);
  const comparison = new UlpComparison(bound);
  for (let index = 0; index < x.length; index++) comparison.add(index, x[index]!, exact[index]!, got[index]!);
  const { name } = definition;
  const direction = dy ? 'backward' : 'forward';
  return { suite: 'reference', name: `${name} ${tensor}`, op: name, direction, ...resultOf(tensor, comparison) };
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
