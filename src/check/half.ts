/** IEEE float16 and bfloat16 as their 16 bits, and comparisons on arrays of those. */
import { resolveActivation } from '../catalogue.js';
import { formOf, isSmall } from '../forms.js';
import type { ElementArray, StorageType } from '../storage.js';
import type { ArrayCalls, Arrays } from './compute.js';
import { createRandom } from './samples.js';

/** Exact: every float16 is a float32. */
export function fromHalf(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) result[i] = widen(bits[i]!);
  return result;
}

/** Rounded to nearest, halves to even, beyond 65504 to infinity. */
export function toHalf(values: Float32Array): Uint16Array {
  const result = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) result[i] = narrow(bits[i]!);
  return result;
}

function widen(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  return exponent ? sign * (0x400 + fraction) * 2 ** (exponent - 25) : sign * fraction * 2 ** -24;
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

function narrow(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520, halfway between 65504 and what would be 2¹⁶
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | subnormal(magnitude);
  // Adds just under half a unit, and one more where the kept bits are odd, so that halves go to even.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** Below 2⁻¹⁴ the unit is 2⁻²⁴: adding ½ makes it the last bit of a float32, and the addition rounds. */
function subnormal(magnitude: number): number {
  scratchBits[0] = magnitude;
  scratch[0] = scratch[0]! + 0.5;
  return scratchBits[0]! - 0x3f000000;
}

/** Exact: a bfloat16 is the upper half of a float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (each) => each << 16).buffer);
}

/** Rounded to nearest, halves to even, beyond the largest number to infinity. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (each) =>
    (each & 0x7fffffff) > 0x7f800000 ? (each >>> 16) | 0x40 : (each + 0x7fff + ((each >>> 16) & 1)) >>> 16,
  );
}

/** Float32 numbers as elements of a type, rounded; those of 16 bits as their bits. */
export function toElements(values: Float32Array, dtype: StorageType): ElementArray {
  return dtype === 'f32' ? values : dtype === 'f16' ? toHalf(values) : toBfloat16(values);
}

/** Exact. */
export function fromElements(elements: ElementArray, dtype: StorageType): Float32Array {
  if (dtype === 'f32') return elements as Float32Array;
  return dtype === 'f16' ? fromHalf(elements as Uint16Array) : fromBfloat16(elements as Uint16Array);
}

/**
 * All 65,536 patterns of 16 bits, in an order that is always the same. Two lie in a word of the GPU's memory: by rank, every
 * low half would be even and every high half its neighbour.
 */
export function everyHalf(): Uint16Array {
  const every = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
  const random = createRandom(1);
  // Fisher & Yates
  for (let end = every.length; end > 1; end--) {
    const index = random() % end;
    [every[end - 1], every[index]] = [every[index]!, every[end - 1]!];
  }
  return every;
}

/**
 * The array calls on elements of another type, for those who know float32 only: the inputs are rounded to it, the results
 * widened. Masks, and tensors of one value a channel or a row, have four bytes each whatever the elements have.
 */
export function callsIn(dtype: StorageType, gpu: ArrayCalls): ArrayCalls {
  if (dtype === 'f32') return gpu;
  const run =
    (direction: 'forward' | 'backward'): ArrayCalls['forward'] =>
    async (name, tensors, options) => {
      const { extent } = formOf(resolveActivation(name), direction, tensors, options);
      const change = <To>(arrays: Arrays, of: (array: Float32Array) => To): Record<string, To | Float32Array> =>
        Object.fromEntries(
          Object.entries(arrays).map(([tensor, array]) => [
            tensor,
            isSmall(extent(tensor)) || extent(tensor) === 'mask' ? array : of(array),
          ]),
        );
      const given = change(tensors, (array) => toElements(array, dtype));
      const results = await gpu[direction](name, given as Arrays, { ...options, dtype });
      return change(results, (array) => fromElements(array, dtype));
    };
  return { forward: run('forward'), backward: run('backward') };
}
