import type { Row } from '../catalogue.js';
import { type Parameters, resolveParameters } from '../definition.js';
import { type FormFacts, formOf, forms, usualForm } from '../forms.js';
import { rowValues, rowwise } from '../reference/index.js';
import type { StorageType } from '../storage.js';
import type { ArrayCalls } from './compute.js';
import { roundTo, storedAs } from './dtype.js';
import { fromElements, toElements } from './half.js';
import { type JsonNumber, toJsonNumber } from './json.js';
import type { Result, Worst } from './result.js';
import { createRandom, normalInputs } from './samples.js';
import { spacing, ulpError } from './ulp.js';

/** Rows in one thread, in one workgroup and over many workgroups. */
const COLUMNS = [3, 1000, 2 ** 17];
const ROUNDING = 2 ** -24;

/**
 * A function of rows over short, long and very long ones: spread and narrow, with −∞ among them, and rows that are NaN. The
 * error is in ULP, or in units of 2⁻²⁴ times what the reference says that the contract measures it by.
 */
export async function checkRows(
  gpu: ArrayCalls,
  definition: Row,
  count: number,
  dtype: StorageType = 'f32',
  parameters: Parameters = resolveParameters(definition),
): Promise<Result[]> {
  if (rowValues[definition.name]) return checkValues(gpu, definition, count, dtype);
  const results: Result[] = [];
  const rounded = (values: Float32Array): Float32Array => fromElements(toElements(values, dtype), dtype);
  for (const columns of COLUMNS) {
    const rows = Math.max(8, Math.round(count / COLUMNS.length / columns));
    const reference = rowwise[definition.name]!;
    const x = rounded(rowInputs(rows, columns));
    const exact = reference.forward(x, rows, columns, parameters);
    const { y } = await gpu.forward(definition, { x }, { ...parameters, columns });
    results.push(judgeForward(definition, { x, got: y!, exact, columns, dtype }));

    const saved = rounded(Float32Array.from(exact));
    const dy = rounded(normalInputs(x.length, 2));
    const gradient = reference.backward(saved, dy, rows, columns, parameters);
    const { dx } = await gpu.backward(definition, { y: saved, dy }, { ...parameters, columns });
    results.push(judgeBackward(definition, { x, got: dx!, exact: gradient, columns, dtype }, dy));
  }
  return results;
}

interface Rows {
  readonly x: Float32Array;
  readonly got: Float32Array;
  readonly exact: Float64Array;
  readonly columns: number;
  /** What the results were rounded to, which takes half a step of its numbers off their errors. */
  readonly dtype?: StorageType;
}

/** Of every twentieth row the label is the one that is ignored. */
const IGNORED_EVERY = 20;

/** The labels of rows, if the function has any. */
export const labelsOf = (definition: Row, rows: number, columns: number): Record<string, Float32Array> =>
  Object.fromEntries(
    ((forms[usualForm(definition)] as FormFacts).integers ?? []).map((name) => {
      const random = createRandom(4);
      const ignored = resolveParameters(definition).ignoreIndex! >>> 0;
      const labels = Uint32Array.from({ length: rows }, (_, row) =>
        row % IGNORED_EVERY === IGNORED_EVERY - 1 ? ignored : random() % columns,
      );
      // calls of arrays take what it is; whoever rounds elements leaves it alone
      return [name, labels as unknown as Float32Array];
    }),
  );

/** Errors of a value of each row: of y in 2⁻²⁴·max(1, |y|), of dx in 2⁻²⁴·|dy|. */
export const valueUnit = (y: number): number => ROUNDING * Math.max(1, Math.abs(y));
export const slopeUnit = (dy: number): number => ROUNDING * Math.abs(dy);

/** A function of one value a row, over the same rows. */
async function checkValues(gpu: ArrayCalls, definition: Row, count: number, dtype: StorageType): Promise<Result[]> {
  const results: Result[] = [];
  for (const columns of COLUMNS) {
    const rows = Math.max(8, Math.round(count / COLUMNS.length / columns));
    const x = fromElements(toElements(rowInputs(rows, columns), dtype), dtype);
    const given = { x, ...labelsOf(definition, rows, columns) };
    const dy = normalInputs(rows, 2);
    const own = { ...given, columns };
    results.push(judgeValues(definition, 'forward', own, dy, await gpu.forward(definition, given, { columns }), dtype));
    const gradients = await gpu.backward(definition, { ...given, dy }, { columns });
    results.push(judgeValues(definition, 'backward', own, dy, gradients, dtype));
  }
  return results;
}

/** Judges the values of rows, or the gradient of what they were made from. */
export function judgeValues(
  definition: Row,
  direction: 'forward' | 'backward',
  given: { readonly x: Float32Array; readonly labels?: Float32Array; readonly columns: number },
  dy: Float32Array,
  got: Readonly<Record<string, Float32Array>>,
  dtype: StorageType = 'f32',
): Result {
  const { forward, backward } = rowValues[definition.name]!;
  const { x, columns } = given;
  const rows = { ...given, parameters: resolveParameters(definition) };
  const [tensor] = formOf(definition, direction, {}).outputs as [string];
  if (direction === 'forward') {
    const ofRows = { x, got: got[tensor]!, exact: forward(rows), columns: 1 };
    return judge(definition, tensor, ofRows, (value, truth) => errorIn(valueUnit(truth), value, truth));
  }
  const gradient = { x, got: got[tensor]!, exact: backward(rows, dy), columns, dtype };
  const unit = (i: number) => slopeUnit(dy[Math.floor(i / columns)]!);
  return judge(definition, tensor, gradient, (value, truth, i) => errorIn(unit(i), value, truth));
}

/** Judges y, in the units that its bound is of. */
export function judgeForward(definition: Row, rows: Rows): Result {
  const { exact } = rows;
  const unitsOf = rowwise[definition.name]!.units.forward;
  if (unitsOf === 'ulp') return judge(definition, 'y', rows, (got, truth) => ulpError(got, truth));
  return judge(definition, 'y', rows, (got, truth, i) => errorIn(ROUNDING * unitsOf(exact[i]!), got, truth));
}

/** Judges dx, in the units that its bound is of. */
export function judgeBackward(definition: Row, rows: Rows, dy: Float32Array): Result {
  const { columns } = rows;
  const unitsOf = rowwise[definition.name]!.units.backward;
  const units = Float64Array.from(
    { length: dy.length / columns },
    (_, row) => ROUNDING * unitsOf(dy.subarray(row * columns, (row + 1) * columns)),
  );
  return judge(definition, 'dx', rows, (got, truth, i) => errorIn(units[Math.floor(i / columns)]!, got, truth));
}

/** How far from exact, in the given units; NaN and ∞ must be matched. */
function errorIn(unit: number, got: number, exact: number): number {
  if (Object.is(got, Math.fround(exact))) return 0;
  const error = Math.abs(got - exact) / unit;
  return Number.isNaN(error) ? Infinity : error;
}

/** The number nearest to exact that rounding to a type may have taken to `got`. */
function beforeRounding(got: number, exact: number, dtype: StorageType): number {
  if (dtype === 'f32') return got;
  const { format } = storedAs[dtype];
  if (Object.is(got, roundTo[format.name](exact))) return exact;
  const reach = spacing(exact, format) / 2;
  return got > exact ? Math.max(got - reach, exact) : Math.min(got + reach, exact);
}

/** Normal numbers of five sizes; of a hundred rows the first four are special. */
function rowInputs(rows: number, columns: number): Float32Array {
  const x = normalInputs(rows * columns, 1);
  const random = createRandom(3);
  for (let row = 0; row < rows; row++) {
    const part = x.subarray(row * columns, (row + 1) * columns);
    const scale = [1, 8, 64, 1e-3, 1e30][row % 5]!;
    for (let i = 0; i < columns; i++) part[i]! *= scale;
    const place = random() % columns;
    if (row % 100 === 0) part.fill(-Infinity);
    if (row % 100 === 1 || row % 100 === 2) part[place] = row % 100 === 1 ? Number.NaN : Infinity;
    if (row % 100 === 3) for (let i = 1; i < columns; i += 2) part[i] = -Infinity;
  }
  return x;
}

function judge(
  { name, bounds }: Row,
  tensor: string,
  { x, got, exact, columns, dtype = 'f32' }: Rows,
  errorOf: (got: number, exact: number, i: number) => number,
): Result {
  const isGradient = tensor === 'dx';
  const bound = isGradient ? bounds.derivative : bounds.forward;
  let [maxError, maxAbs] = [0, 0];
  let worst: Worst | null = null;
  for (let index = 0; index < exact.length; index++) {
    const error = errorOf(beforeRounding(got[index]!, exact[index]!, dtype), exact[index]!, index);
    if (error <= maxError) continue;
    maxError = error;
    const [expected, given, source] = [exact[index]!, got[index]!, x[index]!].map(toJsonNumber) as JsonNumber[];
    worst = { tensor, index, x: source!, expected: expected!, got: given! };
    maxAbs = Math.max(maxAbs, error < Infinity ? Math.abs(got[index]! - exact[index]!) : Infinity);
  }
  const passed = got.length === exact.length && maxError <= bound;
  return {
    suite: 'reference',
    name: `${name} ${tensor}${dtype === 'f32' ? '' : ` ${dtype}`}, ${exact.length / columns} × ${columns}`,
    op: name,
    direction: isGradient ? 'backward' : 'forward',
    status: passed ? 'passed' : 'failed',
    ...(!passed && { reason: `${Number(maxError.toPrecision(4))} units, bound ${bound}` }),
    values: exact.length,
    maxUlp: toJsonNumber(maxError),
    maxAbs: toJsonNumber(maxAbs),
    bound,
    worst,
  };
}
