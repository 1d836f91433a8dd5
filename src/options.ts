/** A call's options, checked: hyper-parameters, the layout, and how a call runs. */
import { type Definition, optionsOf, type Parameters, resolveParameters } from './definition.js';
import { fail, failType, nearest } from './errors.js';
import { type Direction, type Form, forms } from './forms.js';
import { type StorageType, storages } from './storage.js';

/** What a call of softmax and its like says of its rows. */
export interface RowSettings {
  /** Row r of each block of `queries` rows sees the columns up to r + `causal`; all where that is not given. */
  readonly causal?: number | undefined;
  readonly queries?: number | undefined;
  /** What a row has that sees no column, or only −∞. */
  readonly empty?: 'nan' | 'zero' | undefined;
  /** The rows of what is added to them: each `block` rows of x take `each`, from the first again after the last. */
  readonly mask?:
    | { readonly rows: number; readonly block: number; readonly each: number; readonly dtype: StorageType }
    | undefined;
}

export interface Settings extends RowSettings {
  /** Those given by number; a learned one is a tensor. */
  readonly parameters: Parameters;
  /** x is a row-major [outer, channels, inner] array; bias and learned parameters have one value per channel. */
  readonly channels: number;
  readonly inner: number;
  /** x is a row-major [outer, columns, inner] array of rows of their own, or [rows, columns] with gate and up as their halves. */
  readonly columns: number;
  readonly gateFirst: boolean;
  /** gate and up lie in halves of a row, or by turns. */
  readonly halves: 'split' | 'interleaved';
  /** Gradients are added to what their tensors hold. */
  readonly accumulate: boolean;
  /** How the elements lie in memory; learned parameters and their gradients are float32. */
  readonly dtype: StorageType;
}

/** What gives each compute pass its timestamps. */
export interface PassTimer {
  timestampWrites(): GPUComputePassTimestampWrites;
}

/** How an array call runs. */
export interface RunSettings {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly timer?: PassTimer | undefined;
}

type Options = Readonly<Record<string, unknown>>;

/** @throws {TypeError} for anything but an object */
export const checkObject = (where: string, expected: string, value: unknown): void => {
  if (typeof value !== 'object' || value === null) failType(where, expected, value);
};

/** @throws {TypeError} for anything but a boolean */
export const checkBoolean = (where: string, name: string, value: unknown): void => {
  if (typeof value !== 'boolean') failType(where, `${name} to be a boolean`, value);
};

/** A positive integer, unless a range is given. @throws {TypeError} for no number; {RangeError} for one outside */
export function checkInteger(where: string, name: string, value: unknown, [least, most] = [1, Infinity]): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const kind = most < Infinity ? `an integer from ${least} to ${most}` : 'a positive integer';
  (typeof value === 'number' ? fail : failType)(where, `${name} to be ${kind}`, value);
}

/** Options of array calls alone: encode calls return at once. */
export const RUN_OPTIONS = ['signal', 'onProgress', 'timer'] as const;

/** @throws {TypeError} for an option of no known name, with the nearest one */
export function checkOptionNames(where: string, options: object, known: readonly string[], what = 'options'): void {
  checkObject(where, 'options to be an object', options);
  for (const name of Object.keys(options))
    if (!known.includes(name)) {
      const near = nearest(name, known);
      const suggestion = near ? `; did you mean "${near}"?` : '';
      throw new TypeError(`${where}: expected ${what} among ${known.join(', ')}, got "${name}"${suggestion}`);
    }
}

/** The names of the options of a call of that form, but for those of its kind. */
export const optionNames = (definition: Definition, form: Form['name'], direction?: Direction): string[] => [
  ...optionsOf(definition),
  ...forms[form].options,
  ...(definition.sight?.options ?? []),
  'dtype',
  ...(direction === 'backward' ? ['accumulate'] : []),
];

/**
 * Checks a call's options; `more` names those of this kind of call, which are checked there.
 * @throws {TypeError|RangeError} for unknown names and values out of range
 */
export function checkOptions(
  definition: Definition,
  form: Pick<Form, 'name' | 'learned' | 'hasBias' | 'fromY' | 'inputs'>,
  direction: Direction | undefined,
  where: string,
  options: Options = {},
  more: readonly string[] = [],
  defaults: { readonly channels?: number; readonly columns?: number } = {},
  given: Options = {},
  length = 0,
): Settings {
  const { name, learned } = form;
  checkOptionNames(where, options, [...optionNames(definition, name, direction), ...more]);
  for (const [tensor, parameter] of learned)
    if (options[parameter] !== undefined)
      throw new TypeError(
        `${where}: expected ${parameter} as a number or as a tensor, got the number ${parameter} and the tensor ${tensor}`,
      );
  const {
    channels = defaults.channels ?? 1,
    inner = 1,
    columns = Math.floor((defaults.columns ?? 0) / (definition.maps === 'row' ? inner : 1)),
    gateFirst = true,
    accumulate = false,
    dtype = 'f32',
    halves = 'split',
  } = options as Partial<Settings>;
  checkInteger(where, 'channels', channels);
  checkInteger(where, 'inner', inner);
  if (options.columns !== undefined) checkInteger(where, 'columns', columns);
  checkBoolean(where, 'gateFirst', gateFirst);
  checkBoolean(where, 'accumulate', accumulate);
  if (halves !== 'split' && halves !== 'interleaved') failType(where, 'halves to be "split" or "interleaved"', halves);
  checkDtype(where, definition, dtype);
  if (name === 'gate' || name === 'halves') checkPart(where, definition, 'gates', 'gate and up');
  if (learned.length || form.hasBias) checkPart(where, definition, 'channels', 'a bias and learned parameters');
  const all = resolveParameters(definition, options, where);
  const parameters = { ...all };
  for (const [, parameter] of learned) delete parameters[parameter];
  const settings = { parameters, channels, inner, columns, gateFirst, halves, accumulate, dtype };
  return { ...settings, ...definition.sight?.check({ where, definition, form, settings, options, given, length }) };
}

/** @throws {TypeError} for anything but an AbortSignal, a function and a timer */
export function checkRunOptions(where: string, { signal, onProgress, timer }: RunSettings = {}): RunSettings {
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function')
    failType(where, 'signal to be an AbortSignal', signal);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    failType(where, 'onProgress to be a function', onProgress);
  if (timer !== undefined && typeof timer?.timestampWrites !== 'function')
    failType(where, 'timer to be what createTimer() gave', timer);
  return { signal, onProgress, timer };
}

/** @throws {TypeError} for kernels that a page of `core` did not import */
function checkPart(where: string, { parts }: Definition, part: keyof Definition['parts'], what: string): void {
  if (!parts[part])
    throw new TypeError(
      `${where}: expected ${part} of webgpu-activations/core for ${what}, as createActivations({ parts: { ${part} } }), got none`,
    );
}

/** @throws {TypeError} for no storage type, or one whose kernels were not imported */
export function checkDtype(where: string, definition: Definition, dtype: unknown): void {
  if (typeof dtype !== 'string' || !Object.hasOwn(storages, dtype))
    failType(where, 'dtype to be "f32", "f16" or "bf16"', dtype);
  if (dtype !== 'f32') checkPart(where, definition, 'halfPrecision', `dtype "${dtype}"`);
}

/** y tells f′ only while every parameter is positive. @throws {RangeError} */
export function checkFromY(where: string, parameters: Parameters): void {
  for (const [name, value] of Object.entries(parameters))
    if (!(value > 0)) fail(where, `${name} > 0 when y is given instead of x`, value);
}

/** An encode call's number of elements. @throws {RangeError} beyond what a shader can count */
export function checkLength(where: string, length: unknown): number {
  checkInteger(where, 'length', length, [0, 0xffffffff]);
  return length as number;
}

/** The |f′| below which an element counts as saturated, or the |y| up to which it counts as zero. @throws {TypeError|RangeError} */
export function checkThreshold(where: string, name: string, value: unknown): void {
  if (typeof value !== 'number') failType(where, `${name} to be a number`, value);
  if (!((value as number) >= 0 && (value as number) <= 3.4e38))
    fail(where, `${name} to be a finite number, not negative`, value);
}

/** Channels and rows must tile the tensor of n elements. @throws {RangeError} */
export function checkLayout(where: string, form: Form, settings: Settings, n: number): void {
  const { channels, inner, columns, queries } = settings;
  const isChanneled = form.hasBias || form.learned.length > 0;
  if (isChanneled && n % (channels * inner))
    fail(where, `a length that is a multiple of channels · inner = ${channels} · ${inner}`, n);
  if (n === 0 || !(forms[form.name].options as readonly string[]).includes('columns')) return;
  const isHalves = form.name === 'halves';
  const row = isHalves ? columns / 2 : columns * inner;
  if (columns === 0)
    fail(where, `columns, the length of a row${isHalves ? ' of x whose halves are gate and up' : ''}`, 'none');
  if (isHalves && columns % 2) fail(where, 'columns to be even: gate and up are its halves', columns);
  if (n % row)
    fail(
      where,
      isHalves
        ? `a length of y that is a multiple of columns / 2 = ${row}`
        : `a length that is a multiple of columns = ${columns}${inner > 1 ? ` · inner = ${inner}` : ''}`,
      n,
    );
  if (queries !== undefined && (n / columns) % queries)
    fail(where, `a number of rows that is a multiple of queries = ${queries}`, n / columns);
}

/** @throws {RangeError} for partial sums that no binding can hold */
export function checkScratch(where: string, byteLength: number, channels: number, most: number): void {
  if (byteLength > most)
    fail(
      where,
      `channels whose partial sums fit in a binding of ${most} bytes`,
      `${channels} channels, which need ${byteLength}`,
    );
}
