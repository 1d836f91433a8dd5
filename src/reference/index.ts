/** The float64 truth that the GPU's results are judged by; written apart from the WGSL, proved against mpmath. */
export {
  gradient,
  type Reference,
  type ReferenceName,
  type ReferenceParameters,
  reference,
} from './elementwise.js';
export { type GatedName, type GatedReference, gated } from './gated.js';
export {
  CompensatedSum,
  logSoftmaxBackward,
  logSoftmaxForward,
  type RowwiseName,
  rowwise,
  softmaxBackward,
  softmaxForward,
} from './rowwise.js';
