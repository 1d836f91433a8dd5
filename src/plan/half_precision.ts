/** Elements of 16 bits, two of which share a word. */
import type { WgslFile } from '../wgsl/file.js';
import * as kernel from '../wgsl/kernels.js';

/** A part for createActivations of `core`: calls may have the dtype `f16` or `bf16`. */
export const halfPrecision = {
  /** How a number is kept, and how `lanes` of them are read and written. */
  filesOf: (dtype: 'f16' | 'bf16', lanes: 1 | 4): WgslFile[] => [
    lanes === 4 ? kernel.packed4 : kernel.packed1,
    dtype === 'f16' ? kernel.storageF16 : kernel.storageBf16,
  ],
  /** Of lone elements: two threads share a word. */
  sharedOf: (): WgslFile => kernel.shared,
};
