/** IEEE float16 as its 16 bits. */

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
