/**
 * A matcher for tests of kernels, anybody's: the numbers of an array or a GPUBuffer against a float64 function, in ULP.
 * It is for `expect.extend` of Vitest and Jest; `expectWithinUlp` is the same for any other test runner.
 * @packageDocumentation
 */
import type {} from 'vitest';
import { storedAs } from './check/dtype.js';
import { fromElements } from './check/half.js';
import { UlpComparison } from './check/ulp.js';
import { describe, fail, failType } from './errors.js';
import { type ElementArray, elementBytes, type StorageType, wholeWords } from './storage.js';
import type { GPUTensor } from './types.js';
import { Usage } from './usage.js';

/** Numbers that a result is computed from. */
export type Inputs = ArrayLike<number>;

/** How results are compared. */
export interface WithinUlpOptions {
  /**
   * What the function is given, element by element: one array, or several for a function of several numbers. With `dtype` 'f16' or
   * 'bf16' a Uint16Array holds bits here too.
   */
  readonly inputs: Inputs | readonly Inputs[];
  /** The most that a result may be off, in units in the last place of its type, at the exact value; 0.5 is rounding to nearest. */
  readonly ulp: number;
  /** Results so close are right too, whatever their ULP; 0 unless given. For a function near a zero that its type cannot hit. */
  readonly absolute?: number;
  /** How the results lie in memory; 'f32' unless given. A Uint16Array holds the bits of 'f16' or 'bf16'. */
  readonly dtype?: StorageType;
  /** The device of a GPUBuffer. The buffer needs the usage COPY_SRC; its work must be submitted. */
  readonly device?: GPUDevice;
}

/** An array of results, or a buffer, or a range of one in bytes: as many as there are inputs. */
export type Received = ElementArray | GPUTensor;
/** The exact result, in float64. */
export type Exact = (...inputs: number[]) => number;

const WHERE = 'toBeWithinUlp';

/** Copies bytes of a buffer, and waits for them. */
async function read(device: GPUDevice | undefined, tensor: GPUTensor, byteLength: number): Promise<ArrayBuffer> {
  const {
    buffer,
    offset = 0,
    size = buffer.size - offset,
  } = 'buffer' in tensor ? tensor : { buffer: tensor, offset: 0, size: tensor.size };
  if (typeof device?.createCommandEncoder !== 'function')
    failType(WHERE, 'device to be the GPUDevice of the buffer', device);
  if (!(buffer.usage & Usage.COPY_SRC)) fail(WHERE, 'a buffer of usage COPY_SRC', `0x${buffer.usage.toString(16)}`);
  if (offset % 4) fail(WHERE, 'an offset that is a multiple of 4 bytes', offset);
  const whole = wholeWords(byteLength);
  if (size < byteLength || offset + whole > buffer.size)
    fail(WHERE, `a buffer that holds ${byteLength} bytes, as the inputs have elements`, `${size} bytes`);
  const staging = device!.createBuffer({ label: WHERE, size: whole, usage: Usage.COPY_DST | Usage.MAP_READ });
  try {
    const encoder = device!.createCommandEncoder({ label: WHERE });
    encoder.copyBufferToBuffer(buffer, offset, staging, 0, whole);
    device!.queue.submit([encoder.finish()]);
    await staging.mapAsync(Usage.MAP_READ);
    return staging.getMappedRange().slice(0, byteLength);
  } finally {
    staging.destroy();
  }
}

const isNumbers = (value: unknown): value is Inputs =>
  typeof value === 'object' && value !== null && typeof (value as Inputs).length === 'number';
const isList = (inputs: WithinUlpOptions['inputs']): inputs is readonly Inputs[] =>
  Array.isArray(inputs) && inputs.some((each) => typeof each !== 'number');

/** Compares all elements. @throws {TypeError|RangeError} `toBeWithinUlp: expected …, got …` for what cannot be compared */
async function compareAll(received: Received, exact: Exact, options: WithinUlpOptions): Promise<UlpComparison> {
  if (typeof exact !== 'function') failType(WHERE, 'a function of numbers', exact);
  const { inputs, ulp, absolute = 0, dtype = 'f32', device } = options ?? {};
  if (!Object.hasOwn(storedAs, dtype)) failType(WHERE, 'dtype to be "f32", "f16" or "bf16"', dtype);
  for (const [name, value] of Object.entries({ ulp, absolute }))
    if (!(value >= 0 && value < Infinity)) fail(WHERE, `${name} to be a finite number, not negative`, value);
  const lists = isList(inputs) ? inputs : [inputs];
  for (const list of lists) if (!isNumbers(list)) failType(WHERE, 'inputs to be numbers, or lists of them', list);
  const { length } = lists[0]!;
  if (!length) fail(WHERE, 'at least one input', 'none');
  for (const list of lists) if (list.length !== length) fail(WHERE, `inputs of one length, ${length}`, list.length);
  if (typeof received !== 'object' || received === null) failType(WHERE, 'an array or a GPUBuffer', received);
  let elements = received as ElementArray;
  if (!ArrayBuffer.isView(received)) {
    const { usage } = ('buffer' in received ? received.buffer : received) as GPUBuffer;
    if (typeof usage !== 'number') failType(WHERE, 'an array or a GPUBuffer', received);
    const bytes = await read(device, received as GPUTensor, length * elementBytes({ dtype }));
    elements = dtype === 'f32' ? new Float32Array(bytes) : new Uint16Array(bytes);
  }
  if (elements.length !== length) fail(WHERE, `${length} elements, as the inputs`, elements.length);
  const kind = elements[Symbol.toStringTag] as string;
  const bits = dtype === 'f32' ? 'Float32Array' : 'Uint16Array';
  if (kind !== bits && !(dtype === 'f16' && kind === 'Float16Array'))
    failType(WHERE, `a ${bits} for dtype "${dtype}"`, elements);
  const numbers = lists.map((list) =>
    list instanceof Uint16Array && dtype !== 'f32' ? fromElements(list, dtype) : list,
  );
  const values = kind === 'Uint16Array' ? fromElements(elements, dtype) : elements;
  const comparison = new UlpComparison(ulp, storedAs[dtype].format);
  for (let index = 0; index < length; index++) {
    const given = numbers.map((list) => list[index]!);
    const expected = exact(...given);
    const got = values[index]!;
    if (absolute && Math.abs(got - expected) <= absolute) comparison.count++;
    else comparison.add(index, given[0]!, expected, got);
  }
  return comparison;
}

/**
 * Throws unless every element of an array or a GPUBuffer is within a distance of a float64 function: for `node:test` and the like.
 * NaN is right for NaN alone, ∞ for ∞ and for what rounds to it; 0 is right for results below 2⁻¹²⁶, which WGSL lets a device flush.
 * @throws {Error} with the first elements that are off and the worst one: index, input, expected, got, ULP
 * @throws {TypeError|RangeError} `toBeWithinUlp: expected …, got …` for what cannot be compared
 * @example await expectWithinUlp(yBuffer, Math.tanh, { inputs: x, ulp: 2, device });
 */
export async function expectWithinUlp(received: Received, exact: Exact, options: WithinUlpOptions): Promise<void> {
  const comparison = await compareAll(received, exact, options);
  if (!comparison.passed) throw new Error(String(comparison));
}

/** What a matcher tells its test runner. */
export interface MatcherResult {
  readonly pass: boolean;
  /** The report of a test that fails, with `not` or without. */
  message(): string;
}

/**
 * The matcher, for `expect.extend({ toBeWithinUlp })`: see expectWithinUlp. It is asynchronous: await it.
 * @example
 * expect.extend({ toBeWithinUlp });
 * await expect(yBuffer).toBeWithinUlp(Math.tanh, { inputs: x, ulp: 2, device });
 */
export async function toBeWithinUlp(
  received: Received,
  exact: Exact,
  options: WithinUlpOptions,
): Promise<MatcherResult> {
  const comparison = await compareAll(received, exact, options);
  const { passed, count, bound, maxUlp, worst } = comparison;
  const all = `expected an element more than ${bound} ULP off, got ${count} within`;
  return {
    pass: passed,
    message: () =>
      passed ? `${all}; the worst, ${describe(worst?.x)}, is ${maxUlp.toPrecision(4)} off` : String(comparison),
  };
}

/** What `expect.extend({ toBeWithinUlp })` adds. */
export interface UlpMatchers<R = unknown> {
  /** Every element is within a distance of a float64 function. Await it. */
  toBeWithinUlp(exact: Exact, options: WithinUlpOptions): Promise<R>;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: as Vitest declares it
  interface Matchers<T = any> extends UlpMatchers<T> {}
}
