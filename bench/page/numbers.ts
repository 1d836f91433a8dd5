/** Numbers for people. */
const MINUS = '−';
const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...'-0123456789'].map((digit, index) => [digit, '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'[index]!]),
);

const superscript = (exponent: number): string => String(exponent).replace(/./g, (digit) => SUPERSCRIPTS[digit]!);

/** Four digits; far from 1 with a power of ten. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞').replace('-', MINUS);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(digits - 2).split('e');
    return `${Number(mantissa)} · 10${superscript(Number(exponent))}`.replace(/^-/, MINUS);
  }
  return String(Number(value.toPrecision(digits))).replace(/^-/, MINUS);
}

/** 10ⁿ, for logarithmic axes. */
export const formatPower = (exponent: number): string => `10${superscript(exponent)}`;

export function formatDuration(nanoseconds: number | null | undefined): string {
  if (nanoseconds === null || nanoseconds === undefined) return '–';
  const [divisor, unit] =
    nanoseconds >= 1e9 ? [1e9, 's'] : nanoseconds >= 1e6 ? [1e6, 'ms'] : nanoseconds >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
  return `${formatNumber(nanoseconds / divisor, 3)} ${unit}`;
}

/** 2²² as people of this field write lengths; others with their digits grouped. */
export function formatLength(length: number): string {
  const exponent = Math.log2(length);
  return Number.isInteger(exponent) ? `2${superscript(exponent)}` : formatCount(length);
}

/** A count with its digits grouped. */
export const formatCount = (count: number): string => count.toLocaleString('en');

/** 2026-11-26 */
export const dayOf = (date: Date | string): string => new Date(date).toISOString().slice(0, 10);

/** 2026-11-26 21:40, by the visitor's clock: the same form in every language, as the numbers are. */
export function formatTime(date: Date | string): string {
  const given = new Date(date);
  return new Date(given.getTime() - given.getTimezoneOffset() * 60_000).toISOString().slice(0, 16).replace('T', ' ');
}
