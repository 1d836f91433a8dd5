/**
 * A call, checked: whatever it runs on, arrays, buffers or nothing yet, it is checked once, here, before any GPU work. Each
 * message says what was expected and what came.
 */
import type { Definition } from './definition.js';
import { describe, fail, failType } from './errors.js';
import { type Direction, type Extent, type Form, formOf, forms, isSmall } from './forms.js';
import {
  checkFromY,
  checkLayout,
  checkLength,
  checkObject,
  checkOptions,
  checkRunOptions,
  RUN_OPTIONS,
  type RunSettings,
  type Settings,
} from './options.js';
import {
  type BufferRange,
  type Bytes,
  bufferRange,
  bytesOf,
  isOverlapping,
  isSameStart,
  type Ranges,
} from './ranges.js';
import { arrayOf, type ElementArray, elementBytes, FLOAT_BYTES, type StorageType, storages } from './storage.js';

type Values = Readonly<Record<string, unknown>>;

/** What a plan is made from. */
export interface Call {
  /** `gelu.forward`, as messages begin. */
  readonly where: string;
  readonly definition: Definition;
  readonly direction: Direction;
  readonly form: Form;
  readonly settings: Settings;
  /** Elements of y; of x where y has one value a row. */
  readonly length: number;
  /** The outputs that are wanted: gradients may be left out. */
  readonly outputs: readonly string[];
  /** Input → the tensor it is read through: an output whose memory it shares, or another input's. */
  readonly through: Readonly<Record<string, string>>;
  /** An input lies in a buffer that the pass writes elsewhere. */
  readonly isArena: boolean;
  /** Of an array call: sums over channels are left in SUM_FLOATS floats a channel; what costs time on the GPU alone costs none. */
  readonly isPiece: boolean;
  /** Of a piece of rows: the number of its first one; 0 unless given. */
  readonly firstRow?: number;
}

/** Elements of a tensor. */
export function lengthOf({ length, settings }: Pick<Call, 'length' | 'settings'>, extent: Extent): number {
  if (extent === 'rows') return length && Math.floor(length / settings.columns);
  const { columns, queries } = settings;
  if (extent === 'heads') return queries ? length && length / columns / queries : 1;
  if (extent === 'mask') return (settings.mask?.rows ?? 0) * columns || 0;
  return { elements: length, halves: 2 * length, channels: settings.channels }[extent];
}

/** A mask has a storage type of its own. */
const storageOf = (settings: Settings, extent: Extent): { readonly dtype: StorageType } =>
  extent === 'mask' ? settings.mask! : settings;

/** @throws {TypeError} for a tensor too many or too few */
export function checkTensorNames(
  where: string,
  given: Values,
  expected: readonly string[],
  unwanted: readonly string[] = [],
): void {
  for (const name of expected)
    if (given[name] == null) throw new TypeError(`${where}: expected ${expected.join(', ')}, got no ${name}`);
  for (const name of Object.keys(given))
    if (![...expected, ...unwanted].includes(name) && given[name] !== undefined)
      throw new TypeError(`${where}: expected ${expected.join(', ')}, got "${name}" too`);
}

/** @throws {TypeError} for anything but a compute pass */
export function checkPass(where: string, pass: GPUComputePassEncoder): void {
  if (typeof pass?.dispatchWorkgroups !== 'function') failType(where, 'pass to be a GPUComputePassEncoder', pass);
}

/** How tensors share memory. */
type Sharing = Pick<Call, 'through' | 'isArena'>;

/** A call on buffers that are still to come, all apart from each other. @throws {TypeError|RangeError} */
export function checkLater(
  definition: Definition,
  direction: Direction,
  given: Values,
  length: number,
  options: Values | undefined,
): Call {
  const where = `${definition.name}.${direction}`;
  const form = formOf(definition, direction, given, options);
  const settings = checkOptions(definition, form, direction, where, options, [], {}, given, length);
  checkLayout(where, form, settings, length);
  const apart = { through: {}, isArena: false, isPiece: false };
  return { where, definition, direction, form, settings, length, outputs: form.outputs, ...apart };
}

/** A call on the caller's buffers, and where its tensors lie. @throws {TypeError|RangeError} `gelu.forward: expected …, got …` */
export function checkEncode(
  definition: Definition,
  direction: Direction,
  arguments_: Values,
  options: Values | undefined,
  alignment: number,
): { readonly call: Call; readonly ranges: Ranges } {
  const where = `${definition.name}.${direction}`;
  checkObject(where, 'an object of tensors and length', arguments_);
  const { length: count, ...tensors } = arguments_;
  const length = checkLength(where, count);
  const usual = formOf(definition, direction, tensors, options);
  const settings = checkOptions(definition, usual, direction, where, options, [], {}, tensors, length);
  const form = definition.parts.channels?.formOf(usual, settings, tensors) ?? usual;
  if (form.fromY) checkFromY(where, settings.parameters);
  checkLayout(where, form, settings, length);
  // gradients may be left out, but not all of them
  const has = (name: string): boolean => tensors[name] != null;
  const wanted = form.outputs.filter((name) => !form.optional.includes(name) || has(name));
  const outputs = wanted.length ? wanted : form.outputs;
  const names = [...form.inputs, ...outputs];
  checkTensorNames(where, tensors, names);
  const ranges: Record<string, BufferRange> = {};
  for (const name of names) {
    const extent = form.extent(name);
    const bytes = isSmall(extent) ? FLOAT_BYTES : elementBytes(storageOf(settings, extent));
    ranges[name] = bufferRange(where, name, tensors[name], lengthOf({ length, settings }, extent) * bytes, alignment);
  }
  const { through, isArena } = sharingOf(where, form, outputs, ranges);
  if (settings.accumulate)
    for (const [input, output] of Object.entries(through))
      if (outputs.includes(output))
        fail(where, `${output} apart from ${input} when accumulate is true`, 'the same memory');
  return {
    call: { where, definition, direction, form, settings, length, outputs, through, isArena, isPiece: false },
    ranges,
  };
}

/**
 * @param areArrays of which each input gets a buffer of its own
 * @throws {RangeError} for ranges that overlap in another way than a call may have them
 */
function sharingOf(
  where: string,
  { inputs, inPlace, extent }: Form,
  outputs: readonly string[],
  ranges: Readonly<Record<string, Bytes>>,
  areArrays = false,
): Sharing {
  const through: Record<string, string> = {};
  for (const [output, input] of inPlace)
    if (outputs.includes(output) && ranges[input] && isSameStart(ranges[output]!, ranges[input]))
      through[input] = output;
  for (const output of outputs)
    for (const other of [...inputs, ...outputs])
      if (other !== output && through[other] !== output && isOverlapping(ranges[output]!, ranges[other]!))
        fail(where, `${output} not to overlap ${other}`, 'overlapping ranges of one buffer');
  // gradients of learned parameters and sinks are written in dispatches of their own
  const isApart = (output: string): boolean => ['channels', 'heads'].includes(extent(output));
  const written = outputs.filter((output) => !isApart(output)).map((output) => ranges[output]!.buffer);
  const apart = inputs.filter((input) => !through[input]);
  const isArena = apart.some((input) => written.includes(ranges[input]!.buffer));
  if (!isArena || areArrays) return { through, isArena };
  // they are all bound as writable, so no two may overlap
  for (const [index, input] of apart.entries()) {
    const first = apart.slice(0, index).find((other) => isOverlapping(ranges[input]!, ranges[other]!));
    if (first === undefined) continue;
    const isOne = isSameStart(ranges[input]!, ranges[first]!) && extent(input) === extent(first);
    if (!isOne || isSmall(extent(input)))
      fail(
        where,
        `${input} not to overlap ${first} where an output lies in a buffer of the inputs`,
        'overlapping ranges',
      );
    through[input] = through[first] ?? first;
  }
  return { through, isArena };
}

/** A call of arrays. */
export interface ArrayCall extends Call {
  readonly arrays: Readonly<Record<string, ElementArray>>;
  /** The kind that all of them are, but those of learned parameters, which are Float32Arrays. */
  readonly kind: string;
  readonly run: RunSettings;
}

/** Checks an array call: every tensor an array of the kind and length its role wants. @throws {TypeError|RangeError} */
export function checkArrays(
  definition: Definition,
  direction: Direction,
  given: Values,
  options: Values | undefined,
): ArrayCall {
  const where = `${definition.name}.${direction}`;
  checkObject(where, 'an object of arrays', given);
  const usual = formOf(definition, direction, given, options);
  const countOf = (name: string): number => lengthOfArray(given[name]);
  const first = usual.inputs[0]!;
  const sourceLength = countOf(first);
  // as many channels as the longest of their tensors, and a lone row, where the caller does not say otherwise
  const channels = Math.max(1, ...[...usual.learned.map(([tensor]) => tensor), 'bias'].map(countOf));
  const defaults = { channels, columns: sourceLength };
  const settings = checkOptions(
    definition,
    usual,
    direction,
    where,
    options,
    RUN_OPTIONS,
    defaults,
    given,
    sourceLength,
  );
  const form = definition.parts.channels?.formOf(usual, settings, given) ?? usual;
  const run = checkRunOptions(where, options);
  // an output that is false is left out, one that is given receives the result, or is added to
  const unwanted = form.outputs.filter((name) => given[name] === false && form.optional.includes(name));
  const outputs = form.outputs.filter((name) => !unwanted.includes(name));
  if (!outputs.length) fail(where, 'a gradient', 'none');
  const written = outputs.filter((name) => settings.accumulate || given[name] !== undefined);
  const names = [...form.inputs, ...written];
  checkTensorNames(where, given, names, unwanted);
  // what the caller does to its object later does not reach the pieces
  const arrays: Record<string, ElementArray> = {};
  if (form.fromY) checkFromY(where, settings.parameters);
  const length = form.extent(first) === 'halves' ? sourceLength / 2 : sourceLength;
  const kind = checkKind(where, first, given[first], settings.dtype);
  checkLayout(where, form, settings, length);
  for (const name of names) {
    const array = given[name] as ElementArray;
    arrays[name] = array;
    const extent = form.extent(name);
    if (form.integers.includes(name)) checkIntegers(where, name, array);
    else if (isSmall(extent)) checkKind(where, name, array, 'f32');
    else if (extent === 'mask') checkKind(where, name, array, settings.mask!.dtype);
    else if (checkKind(where, name, array, settings.dtype) !== kind)
      failType(where, `${name} to be a ${kind} as ${first} is`, array);
    const wanted = lengthOf({ length, settings }, extent);
    if (array.length !== wanted) fail(where, `${name} of length ${wanted}`, array.length);
  }
  for (const name of form.integers) checkLabels(where, name, arrays[name]!, settings);
  if (!settings.accumulate)
    sharingOf(where, form, written, Object.fromEntries(names.map((name) => [name, bytesOf(arrays[name]!)])), true);
  return {
    ...{ where, definition, direction, form, settings, length, outputs },
    through: settings.accumulate ? {} : throughOutputs(form, outputs),
    ...{ isArena: false, isPiece: true, arrays, kind, run },
  };
}

/** Inputs whose memory an output takes: one for each output that may. */
function throughOutputs({ inPlace, inputs }: Form, outputs: readonly string[]): Record<string, string> {
  const through: Record<string, string> = {};
  for (const [output, input] of inPlace)
    if (outputs.includes(output) && inputs.includes(input) && !Object.values(through).includes(output))
      through[input] = output;
  return through;
}

/** @throws {TypeError} for anything but a Uint32Array */
function checkIntegers(where: string, name: string, value: unknown): void {
  if (!isOf('Uint32Array', value)) failType(where, `${name} to be a Uint32Array`, value);
}

/** @throws {RangeError} for a label that names no column and is not the one that is ignored */
function checkLabels(where: string, name: string, labels: ArrayLike<number>, { columns, parameters }: Settings): void {
  const { ignoreIndex = 0 } = parameters;
  for (let row = 0; row < labels.length; row++)
    if (labels[row]! >= columns && labels[row] !== ignoreIndex >>> 0)
      fail(where, `${name} below columns = ${columns}, or ignoreIndex = ${ignoreIndex}`, `${labels[row]} at ${row}`);
}

/** By its tag, which an array of another frame has too. */
const isOf = (kind: string, value: unknown): boolean =>
  ArrayBuffer.isView(value) && (value as unknown as Float32Array)[Symbol.toStringTag] === kind;

/** The kind of an array. @throws {TypeError} for anything but one whose elements lie as `dtype` says */
export function checkKind(where: string, name: string, value: unknown, dtype: StorageType): string {
  const { arrays } = storages[dtype];
  const found = arrays.find((kind) => isOf(kind, value));
  if (found) {
    const array = value as ElementArray;
    if (array.length === 0 && !hasMemory(array))
      throw new TypeError(`${where}: expected ${name} to have its memory, got an array that was detached, or cut off`);
    return found;
  }
  const others = (Object.keys(storages) as StorageType[]).filter((other) =>
    storages[other].arrays.some((kind) => isOf(kind, value)),
  );
  const setting = dtype === 'f32' ? '' : ` for dtype "${dtype}"`;
  const hint = others.length ? `; that is for dtype ${others.map((other) => `"${other}"`).join(' or ')}` : '';
  const instead =
    typeof value === 'object' && value !== null && 'gpuBuffer' in value
      ? '; pass its data, or its gpuBuffer to an encode call'
      : '';
  throw new TypeError(
    `${where}: expected ${name} to be a ${arrays.join(' or ')}${setting}, got ${describe(value)}${hint}${instead}`,
  );
}

/** Elements of an array, of this frame or another; 0 of what is none. */
export const lengthOfArray = (value: unknown): number =>
  ArrayBuffer.isView(value) ? (value as unknown as ElementArray).length : 0;

/** False for an array whose buffer was transferred, or resized to end before it: its length is then 0. */
function hasMemory(array: ElementArray): boolean {
  try {
    array.keys();
    return true;
  } catch {
    return false;
  }
}

/** Where a piece of an array call lies, by extent: its first element and how many. */
export type Spans = Readonly<Record<Extent, readonly [start: number, count: number]>>;

/**
 * Some elements of a caller's array. @throws {RangeError} where they are gone: its buffer may be resized, or transferred,
 * while a call waits for the GPU
 */
export function partOf(
  where: string,
  name: string,
  array: ElementArray,
  [start, count]: readonly [start: number, count: number],
): ElementArray {
  if (array.length < start + count) fail(where, `${name} to keep its length during the call`, array);
  // subarray() of a class derived from the array's would call its constructor
  const Elements = arrayOf(array[Symbol.toStringTag])!;
  return new Elements(array.buffer, array.byteOffset + start * array.BYTES_PER_ELEMENT, count);
}

/** Elements of y that must stay together. */
export const unitOf = ({ form, settings }: Pick<Call, 'form' | 'settings'>): number => forms[form.name].unit(settings);
