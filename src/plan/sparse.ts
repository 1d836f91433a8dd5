/** Functions of rows that are 0 below a threshold: `shaders/kernels/row_sparse.wgsl`. Apart, so that a page of others has none of it. */
import type { Call } from '../call.js';
import * as kernel from '../wgsl/kernels.js';
import type { Limits, Plan } from './grid.js';
import { isBackward, planRows, type RowKernel, readOf, sourceOf } from './rowwise.js';

const sparse: RowKernel = {
  files: [kernel.rowSingle, kernel.rowTotal, kernel.rowSparse],
  sums: true,
  isWhole: true,
  steps: (call) => [
    [call.direction, [sourceOf(call), ...(isBackward(call) ? [readOf(call, 'dy')] : []), ...call.outputs]],
  ],
  constants: (call): Record<string, number> => (isBackward(call) && !call.form.fromY ? { from_x: 1 } : {}),
};

export const planSparse = (call: Call, limits: Limits): Plan => planRows(call, limits, sparse);
