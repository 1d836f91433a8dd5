import type { StorageType } from '../storage.js';
import { bfloat16, type FloatFormat, float16, float32, roundToBfloat16, roundToFloat16 } from './ulp.js';

/** The storage types a vector may name. */
export type DataType = FloatFormat['name'];

export const formats: Readonly<Record<DataType, FloatFormat>> = { float32, float16, bfloat16 };

/** How elements of a type lie in memory. */
export const storageOf: Readonly<Record<DataType, StorageType>> = { float32: 'f32', float16: 'f16', bfloat16: 'bf16' };

/** The type's value nearest to a double: one rounding, never by way of float32. */
export const roundTo: Readonly<Record<DataType, (value: number) => number>> = {
  float32: Math.fround,
  float16: roundToFloat16,
  bfloat16: roundToBfloat16,
};

/** A storage type's numbers, and an ULP of float32 in theirs. */
export const storedAs: Readonly<Record<StorageType, { readonly format: FloatFormat; readonly step: number }>> = {
  f32: { format: float32, step: 1 },
  f16: { format: float16, step: 2 ** -13 },
  bf16: { format: bfloat16, step: 2 ** -16 },
};

export function isDataType(name: string): name is DataType {
  return Object.hasOwn(formats, name);
}
