/** A wrong kernel has no speed: every subject's result is compared with the float64 truth before it is timed. */
import { storedAs } from '../src/check/dtype.js';
import { judgeLearned } from '../src/check/learned.js';
import { boundOf, referenceParameters, slackOf } from '../src/check/truth.js';
import { spacing, ulpError } from '../src/check/ulp.js';
import { forms, gradientOf } from '../src/forms.js';
import { POISON } from './subject.js';
import { type Arrays, exactOf, type Work } from './work.js';

/** How far a result may be off: this library's own bounds, or what other libraries hold themselves to. */
export type Tolerance = { readonly kind: 'contract'; readonly isIeee: boolean } | { readonly kind: 'loose' };

const LOOSE = 1e-3;
/** Results in rows are bounded in absolute terms. */
const CONTRACT_ABSOLUTE = 2e-6;
/** Of sums, in units of 2⁻²⁴ · Σ|terms|. */
const LARGEST_SUM_ERROR = 1e-5 * 2 ** 24;
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
  const slack = slackOf(work.definition, work.parameters, inputs);
  for (const { start, exact } of windowsOf(work, inputs))
    for (const name of writes)
      for (const [index, truth] of exact[name]!.entries()) {
        const got = results[name]![start + index]!;
        if (!agrees(work, name, got, truth, tolerance, () => slack(start + index)))
          return `${name}[${start + index}]: expected ${truth}, got ${got}`;
      }
  const ofRows = smallWrites.filter((name) => work.form.extent(name) === 'rows');
  for (const { start, exact } of windowsOf(work, inputs))
    for (const name of ofRows)
      for (const [index, truth] of exact[name]!.entries()) {
        const got = results[name]?.[start / work.columns + index] ?? Number.NaN;
        if (!agrees(work, name, got, truth, tolerance)) return `${name}: expected ${truth}, got ${got}`;
      }
  const learned = smallWrites.filter((name) => !ofRows.includes(name));
  const sums = learned.map((name) => sumFaultOf(work, inputs, name, results[name] ?? Float32Array.of(Number.NaN)));
  return sums.find((fault) => fault !== undefined);
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
  const { length, form, columns } = work;
  const unit = forms[form.name].unit({ columns, inner: 1 });
  const count = Math.min(Math.max(Math.floor(WINDOW / unit), 1) * unit, length);
  const made = [...new Set([0, length - count])].map((start) => {
    const parts = Object.entries(inputs).map(([name, array]) => [
      name,
      array.length === length
        ? array.subarray(start, start + count)
        : form.extent(name) === 'rows'
          ? array.subarray(start / columns, (start + count) / columns)
          : array,
    ]);
    return { start, exact: exactOf(work, Object.fromEntries(parts), count) };
  });
  windows.set(work, made);
  return made;
}

function agrees(
  { definition, dtype }: Work,
  name: string,
  got: number,
  exact: number,
  tolerance: Tolerance,
  slack = () => 0,
): boolean {
  const distance = Math.abs(got - exact);
  if (tolerance.kind === 'loose') return distance <= LOOSE * Math.max(1, Math.abs(exact));
  const { format, step } = storedAs[dtype];
  // what rounding to the type may add
  const rounding = dtype === 'f32' ? 0 : 0.5;
  if (definition.maps === 'row')
    return distance <= CONTRACT_ABSOLUTE * Math.max(1, Math.abs(exact)) + rounding * spacing(exact, format);
  const bound = rounding + boundOf(definition, name, tolerance.isIeee) * step;
  return ulpError(got, exact, format) <= bound || distance <= slack() + rounding * spacing(exact, format);
}

/** What is wrong with the gradient of a learned tensor: a sum in float32, in any order. */
function sumFaultOf(work: Work, inputs: Arrays, name: string, got: Float32Array): string | undefined {
  const { definition, form, parameters } = work;
  const [tensor] = form.learned.find(([learned]) => gradientOf(learned) === name)!;
  const sum = { x: inputs[form.inputs[0]!]!, dy: inputs.dy!, channels: 1, inner: 1 };
  const given = referenceParameters(definition, parameters, inputs);
  const { maxUlp, worst } = judgeLearned(definition, tensor, sum, given, got);
  return Number(maxUlp) <= LARGEST_SUM_ERROR ? undefined : `${name}: expected ${worst!.expected}, got ${worst!.got}`;
}
