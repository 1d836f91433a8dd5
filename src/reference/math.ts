/** Elementary functions of the reference: plain float64, with a second float64 only where one is not enough. */
import errorFunction from '@stdlib/math-base-special-erf';
import erfc from '@stdlib/math-base-special-erfc';
import { INVERSE_SQRT_PI, INVERSE_SQRT_TWO_PI, SQRT_HALF_HIGH, SQRT_HALF_LOW } from './constants.js';

/** erf x. Here, so that a bundle without the reference has none of its package. */
export const erf = (x: number): number => errorFunction(x);

/** Below this e^t is zero in float64 (its smallest number is e^−744.4). */
export const EXP_UNDERFLOW = -746;

/** factor·x, but 0 for a factor of 0 and an infinite x: the limit of the function 0·x. */
export function scale(factor: number, x: number): number {
  return factor === 0 && !Number.isNaN(x) ? 0 : factor * x;
}

/** Upper half of a float64's significand, so that products of halves are exact (Veltkamp 1968, Dekker 1971). */
function upperHalf(a: number): number {
  const shifted = a * 134217729; // 2²⁷ + 1
  return shifted - (shifted - a);
}

/** What rounding took from product = a·b; 0 where the product is not finite. */
export function productLow(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const aLow = a - aHigh;
  const bHigh = upperHalf(b);
  const bLow = b - bHigh;
  const low = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  return Number.isNaN(low) ? 0 : low;
}

/** What rounding took from quotient = a/b; 0 where the quotient is not finite. */
export function quotientLow(a: number, b: number, quotient: number): number {
  const product = quotient * b;
  const low = (a - product - productLow(quotient, b, product)) / b;
  return Number.isNaN(low) ? 0 : low;
}

/** What rounding took from sum = a + b (Knuth's TwoSum); 0 where the sum is not finite. */
export function sumLow(a: number, b: number, sum: number): number {
  const bPart = sum - a;
  const low = a - (sum - bPart) + (b - bPart);
  return Number.isNaN(low) ? 0 : low;
}

/** e^(t + tLow). The rounding of an argument t costs its exponential |t|·2⁻⁵³, so long arguments bring what it took. */
export function exp(t: number, tLow: number): number {
  const y = Math.exp(t);
  return y + y * tLow;
}

/** σ(t + tLow) = 1/(1 + e⁻ᵗ) */
export function sigmoid(t: number, tLow = 0): number {
  if (t >= 0) return 1 / (1 + Math.exp(-t));
  const y = exp(t, tLow);
  return y / (1 + y);
}

/** σ′(t + tLow) = σ(t)·σ(−t), an even function */
export function sigmoidDerivative(t: number, tLow = 0): number {
  const y = t < 0 ? exp(t, tLow) : exp(-t, -tLow);
  return y / ((1 + y) * (1 + y));
}

/** Φ(x), the standard normal distribution function. */
export function normalCdf(x: number): number {
  const z = -(x * SQRT_HALF_HIGH + x * SQRT_HALF_LOW);
  if (x > -1) return 0.5 * erfc(z);
  // The tail multiplies the rounding of z by 2z²: take it back to first order, (½ erfc)′(z) = −e^(−z²)/√π.
  const zLow = -(x * SQRT_HALF_HIGH + z + x * SQRT_HALF_LOW);
  return 0.5 * erfc(z) - zLow * INVERSE_SQRT_PI * Math.exp(-0.5 * x * x);
}

/** φ(x), the standard normal density; the square of a float32 is exact. */
export function normalDensity(x: number): number {
  return INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * x * x);
}
