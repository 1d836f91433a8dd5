/** How the numbers of a tensor lie in memory; arithmetic is float32 whatever they are. */

import type { Definition } from './definition.js';
import type { WgslFile } from './wgsl/file.js';
import * as kernel from './wgsl/kernels.js';

/** float32, IEEE float16, or bfloat16: the upper half of a float32. */
export type StorageType = 'f32' | 'f16' | 'bf16';

// ES2025's Float16Array, where the compiler's library has it, without asking for that library.
export type Float16 = typeof globalThis extends { Float16Array: { readonly prototype: infer A } } ? A : never;

/** The arrays that may hold elements of 16 bits: Float16Array for f16, where the runtime has it, or the bits themselves. */
export type HalfArray = Uint16Array | Float16;
/** The arrays that an array call takes and gives. */
export type ElementArray = Float32Array | HalfArray;

interface Storage {
  readonly byteLength: 2 | 4;
  /** The arrays that hold such numbers, by their constructors' names. */
  readonly arrays: readonly string[];
}

export const storages: Readonly<Record<StorageType, Storage>> = {
  f32: { byteLength: 4, arrays: ['Float32Array'] },
  f16: { byteLength: 2, arrays: ['Float16Array', 'Uint16Array'] },
  bf16: { byteLength: 2, arrays: ['Uint16Array'] },
};

/** The files of shaders/kernels that load and store `lanes` elements at a time: how a number is kept, and the tensors. */
export function storageFiles(
  { parts: { gates, halfPrecision } }: Definition,
  dtype: StorageType,
  lanes: 1 | 4,
  form: {
    /** gate and up are tensors of their own. */
    readonly isGate?: boolean;
    /** An input lies in a buffer that the pass writes elsewhere. */
    readonly isArena: boolean;
  },
): WgslFile[] {
  const isPacked = dtype !== 'f32' && lanes === 1;
  return [
    ...(dtype === 'f32' ? [kernel.storageF32] : halfPrecision!.filesOf(dtype, lanes)),
    form.isArena ? kernel.inputsWritten : kernel.inputsRead,
    isPacked ? halfPrecision!.sharedOf() : kernel.tensors,
    ...(form.isGate ? [gates!.tensorsOf(isPacked)] : []),
  ];
}

/** The kinds of arrays that this runtime may have, by name: not every one has Float16Array. */
export function arrayOf(kind: string): Float32ArrayConstructor | undefined {
  return (globalThis as unknown as Readonly<Record<string, Float32ArrayConstructor | undefined>>)[kind];
}

/** Bytes of learned parameters, their gradients and partial sums, which are float32 whatever the elements are. */
export const FLOAT_BYTES = 4;

/** WebGPU binds, copies and writes whole words of four bytes; the last one may hold a lone element of two. */
export const wholeWords = (byteLength: number): number => Math.ceil(byteLength / 4) * 4;

/** Bytes of an element, by which tensors are cut and bound. */
export const elementBytes = ({ dtype }: { readonly dtype: StorageType }): number => storages[dtype].byteLength;
