import { type PassTallies, sweep } from '../../check/exhaustive/sweep.js';
import type { HostFunction } from './call.js';

export interface SweepRequest {
  readonly name: string;
  /** The bit pattern of the first input. */
  readonly first: number;
  readonly count: number;
  /** What the progress is called, and its place in the whole work. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

export const sweepRange: HostFunction<SweepRequest, PassTallies> = async (request, context) => {
  const { name, first, count, label, done, total } = request;
  const { activations, adapter, workers, report } = context;
  report({ label, done, total });
  const onProgress = (part: number) => report({ label, done: done + part, total });
  return { answer: await sweep(activations, name, { first, count, workers, isIeee: adapter.software, onProgress }) };
};
