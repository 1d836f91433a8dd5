/** The float64 truth that the GPU's results are judged by, with what is promised; written apart from the WGSL, proved against mpmath. */
import { elementFacts } from './elementwise.js';
import type { Facts } from './facts.js';
import { unitFacts } from './gated.js';
import { rowFacts } from './rowwise.js';

export { gradient, reference } from './elementwise.js';
export type { Facts, Reference } from './facts.js';
export { type GatedReference, gatedBy, unitFacts } from './gated.js';
export {
  CompensatedSum,
  logSoftmaxBackward,
  logSoftmaxForward,
  type RowReference,
  rowwise,
  softmaxBackward,
  softmaxForward,
} from './rowwise.js';

const facts: Readonly<Record<string, Facts>> = { ...elementFacts, ...unitFacts, ...rowFacts };

/** What people and checks read of an activation of the catalogue. */
export const factsOf = (name: string): Facts => facts[name]!;
