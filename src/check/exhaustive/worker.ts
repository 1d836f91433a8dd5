/** The threads that compare: each holds the truth of the pass it was asked about last. */
import { resolveActivation } from '../../catalogue.js';
import { resolveParameters } from '../../definition.js';
import { allowanceOf, boundOf, pointsOf, type Truth, truthsOf } from '../truth.js';
import { RangeComparison } from './comparison.js';
import type { Tally } from './tally.js';

export interface Task {
  readonly name: string;
  readonly tensor: Truth['tensor'];
  readonly isIeee: boolean;
  /** The bit pattern of the first input. */
  readonly first: number;
  readonly length: number;
  /** Results, `length` float32 and perhaps more; comes back, so that its memory is used again. */
  readonly results: ArrayBuffer;
}

export interface Outcome {
  readonly tally: Tally;
  readonly results: ArrayBuffer;
}

const comparisons = new Map<string, RangeComparison>();

export function compareTask({ name, tensor, isIeee, first, length, results }: Task): Outcome {
  const key = `${name} ${tensor} ${isIeee}`;
  let comparison = comparisons.get(key);
  if (!comparison) {
    comparison = comparisonOf(name, tensor, isIeee);
    comparisons.set(key, comparison);
  }
  return { tally: comparison.compare(first, new Float32Array(results, 0, length)), results };
}

export function comparisonOf(name: string, tensor: Truth['tensor'], isIeee: boolean): RangeComparison {
  const definition = resolveActivation(name);
  const parameters = resolveParameters(definition);
  const truth = truthsOf(definition, parameters).find((candidate) => candidate.tensor === tensor)!;
  const allowance = allowanceOf(definition, parameters);
  return new RangeComparison(
    truth,
    pointsOf(definition, parameters),
    boundOf(definition, tensor, isIeee, true),
    allowance,
  );
}

/** A worker's global scope, or its port in Node. */
export interface WorkerPort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: Task }) => void): void;
  start?(): void;
}

/** Answers each task with its outcome, in order. */
export function serveComparisons(port: WorkerPort): void {
  port.addEventListener('message', ({ data }) => {
    const outcome = compareTask(data);
    port.postMessage(outcome, [outcome.results]);
  });
  port.start?.();
}
