/**
 * From a checked call to what the GPU will do: the kernels' variants, grids, bindings and parameter blocks. Pure: it knows
 * tensors by name alone, so it plans for arrays, for buffers, and for calls that are still to come.
 */
import type { Call } from '../call.js';
import { sumsOf } from './channels.js';
import { planFlat } from './flat.js';
import type { Limits, Plan } from './grid.js';

export { SUM_FLOATS, sumOf } from './channels.js';
export { arrayShape, exemplaryLengths, usualShape } from './flat.js';
export {
  type Binding,
  type Dispatch,
  isShape,
  type Limits,
  leastCommonMultiple,
  limitsOf,
  PARAMS_BYTE_LENGTH,
  type Plan,
  type Shape,
  type Variant,
} from './grid.js';
export { type ArrayPiece, largestPiece, planArrayPieces } from './pieces.js';

/** @throws {RangeError} `gelu.forward: expected …, got …` for what no binding can hold, or more than a kernel may bind */
export function planCall(call: Call, limits: Limits): Plan {
  const { planRows, parts } = call.definition;
  if (planRows) return planRows(call, limits);
  return sumsOf(call).length ? parts.channels!.plan(call, limits) : planFlat(call, limits);
}
