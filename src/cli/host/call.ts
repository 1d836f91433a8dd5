import type { Workers } from '../../check/exhaustive/pool.js';
import type { Activations } from '../../index.js';
import type { ReportProgress } from '../progress.js';
import type { AdapterFacts } from './adapter.js';

export type Arrays = Readonly<Record<string, Float32Array>>;

/** What every function of the host works with. */
export interface HostContext {
  readonly gpu: GPU;
  readonly activations: Activations;
  readonly adapter: AdapterFacts;
  /** Threads to compare on. */
  readonly workers: Workers;
  /** Large arrays, beside the request's JSON. */
  readonly arrays: Arrays;
  readonly report: ReportProgress;
}

export interface Reply<Answer> {
  /** Plain JSON: it may cross from a browser. */
  readonly answer: Answer;
  readonly arrays?: Arrays;
}

export type HostFunction<Request, Answer> = (request: Request, context: HostContext) => Promise<Reply<Answer>>;
