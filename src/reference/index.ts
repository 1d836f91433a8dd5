/** The float64 truth that the GPU's results are judged by, with what is promised; written apart from the WGSL, proved against mpmath. */
import { elementFacts } from './elementwise.js';
import type { Facts } from './facts.js';
import { unitFacts } from './gated.js';
import { rowValueFacts } from './row_values.js';
import { rowFacts } from './rowwise.js';

export { gradient, reference } from './elementwise.js';
export type { Facts, Reference } from './facts.js';
export { type GatedReference, gatedBy, unitFacts, unitReference } from './gated.js';
export { type RowValueReference, rowValues } from './row_values.js';
export {
  CompensatedSum,
  logSoftmaxBackward,
  logSoftmaxForward,
  type RowReference,
  rowwise,
  softmaxBackward,
  softmaxForward,
} from './rowwise.js';

/** What people and checks read of each activation, by name, in the catalogue's order: families together. */
export const factsByName: Readonly<Record<string, Facts>> = {
  ...elementFacts,
  ...unitFacts,
  ...rowFacts,
  ...rowValueFacts,
};
