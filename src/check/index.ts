/** Comparing results with the float64 truth, and with the conformance vectors of other suites. */
export { gatedBy, logSoftmaxForward, reference, rowwise, softmaxForward } from '../reference/index.js';
export { type CheckOptions, check } from './check.js';
export { type Comparison, compare, type Tolerance } from './compare.js';
export type { ArrayCalls } from './compute.js';
export { checkVector } from './conformance.js';
export { formatJunit } from './junit.js';
export { type Result, type Summary, summarize, type Worst } from './result.js';
export { normalInputs, sampleInputs } from './samples.js';
export { UlpComparison, ulpError } from './ulp.js';
export { parseVectors, type Vector } from './vectors.js';
