import { resolveActivation } from '../../catalogue.js';
import { type ArrayCalls, compute, type Options, type Tensors } from '../../check/compute.js';
import { callsIn } from '../../check/half.js';
import type { StorageType } from '../../storage.js';
import type { HostFunction } from './call.js';

export interface RunRequest {
  readonly name: string;
  readonly direction: 'forward' | 'backward';
  /** The shape of each of the call's arrays. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly options: Options;
  /** How elements lie in the GPU's memory; the arrays here are float32 whatever that is. */
  readonly dtype: StorageType;
}

/** The shape of each array that came out. */
export type RunAnswer = Readonly<Record<string, readonly number[]>>;

export const run: HostFunction<RunRequest, RunAnswer> = async (request, { activations, arrays, report }) => {
  const { name, direction, shapes, options, dtype } = request;
  const definition = resolveActivation(name);
  const tensors = mapValues(shapes, (shape, tensor) => ({ shape, data: arrays[tensor]! }));
  const onProgress = (done: number, total: number) => report({ label: `${definition.name} ${direction}`, done, total });
  const calls = callsIn(dtype, activations as unknown as ArrayCalls);
  const results: Tensors = await compute(calls, definition, direction, tensors, { ...options, onProgress });
  return { answer: mapValues(results, ({ shape }) => shape), arrays: mapValues(results, ({ data }) => data) };
};

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
