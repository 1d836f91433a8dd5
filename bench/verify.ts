/** A wrong kernel has no speed: every subject's result is compared with the float64 truth before it is timed. */
import { storedAs } from '../src/check/dtype.js';
import { boundOf } from '../src/check/truth.js';
import { spacing, ulpError } from '../src/check/ulp.js';
import { POISON } from './subject.js';
import { type Arrays, exactOf, type Work } from './work.js';

/** How far a result may be off: this library's own bounds, or what other libraries hold themselves to. */
export type Tolerance = { readonly kind: 'contract'; readonly isIeee: boolean } | { readonly kind: 'loose' };

const LOOSE = 1e-3;
/** Results in rows and sums are bounded in absolute terms. */
const CONTRACT_ABSOLUTE = 2e-6;
/** Elements compared at each end; every element is looked at for poison and NaN. */
const WINDOW = 2 ** 16;

/** What is wrong with the results, or undefined. */
export function faultOf(work: Work, inputs: Arrays, results: Arrays, tolerance: Tolerance): string | undefined {
  const { length, writes, smallWrites } = work;
  for (const name of writes) {
    const got = results[name];
    if (got?.length !== length) return `${name}: expected ${length} elements, got ${got?.length ?? 'none'}`;
    for (let i = 0; i < length; i++)
      if (got[i] === POISON || Number.isNaN(got[i])) return `${name}[${i}]: got ${got[i]}`;
  }
  for (const { start, exact } of windowsOf(work, inputs))
    for (const name of writes)
      for (const [index, truth] of exact[name]!.entries()) {
        const got = results[name]![start + index]!;
        if (!agrees(work, name, got, truth, tolerance))
          return `${name}[${start + index}]: expected ${truth}, got ${got}`;
      }
  return smallWrites.length ? weightFaultOf(inputs, results) : undefined;
}

interface Window {
  readonly start: number;
  readonly exact: Readonly<Record<string, Float64Array>>;
}

/** The truth at both ends, computed once for all subjects of a piece of work. */
const windows = new WeakMap<Work, Window[]>();

function windowsOf(work: Work, inputs: Arrays): Window[] {
  const known = windows.get(work);
  if (known) return known;
  const { length, columns, definition } = work;
  const unit = definition.family === 'rowwise' ? columns : 1;
  const count = Math.min(Math.max(Math.floor(WINDOW / unit), 1) * unit, length);
  const made = [...new Set([0, length - count])].map((start) => {
    const parts = Object.entries(inputs).map(([name, array]) => [
      name,
      array.length === length ? array.subarray(start, start + count) : array,
    ]);
    return { start, exact: exactOf(work, Object.fromEntries(parts), count) };
  });
  windows.set(work, made);
  return made;
}

function agrees({ definition, dtype }: Work, name: string, got: number, exact: number, tolerance: Tolerance): boolean {
  const distance = Math.abs(got - exact);
  if (tolerance.kind === 'loose') return distance <= LOOSE * Math.max(1, Math.abs(exact));
  const { format, step } = storedAs[dtype];
  // what rounding to the type may add
  const rounding = dtype === 'f32' ? 0 : 0.5;
  if (definition.family === 'rowwise')
    return distance <= CONTRACT_ABSOLUTE * Math.max(1, Math.abs(exact)) + rounding * spacing(exact, format);
  const bound = boundOf(definition, name as 'y' | 'dx', tolerance.isIeee, true);
  // The bounds are for f and f′. A product with a random number is rounded once more, and may lie lower in its binade than
  // its factor, whose error then counts double.
  const most = name === 'y' && definition.family !== 'gated' ? bound : 2 * bound + 0.5;
  return ulpError(got, exact, format) <= rounding + most * step;
}

/** dWeight = Σ dy·x over x < 0, within a part of Σ|dy·x| that a float32 sum in any order keeps. */
function weightFaultOf({ x, dy }: Arrays, { dWeight }: Arrays): string | undefined {
  let [sum, size] = [0, 0];
  for (let i = 0; i < x!.length; i++) {
    if (!(x![i]! < 0)) continue;
    sum += x![i]! * dy![i]!;
    size += Math.abs(x![i]! * dy![i]!);
  }
  const got = dWeight?.[0] ?? Number.NaN;
  return Math.abs(got - sum) <= 1e-5 * size ? undefined : `dWeight: expected ${sum}, got ${got}`;
}
