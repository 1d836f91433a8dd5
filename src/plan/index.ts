/**
 * From a call to what the GPU will do: the kernels' variants, grids, bindings and parameter blocks. Pure: it reads no
 * GPU state beyond the buffers' sizes and usages, so that every argument error is thrown before any GPU work.
 */
import {
  type BufferRange,
  bufferRange,
  checkFromY,
  checkLayout,
  checkLength,
  checkTensorNames,
  type Direction,
  fail,
  isOverlapping,
  isSameStart,
  ONE_USE,
  passOptions,
  planSettings,
  planTensors,
} from '../arguments.js';
import type { Definition } from '../catalogue.js';
import { describe } from '../errors.js';
import { FLOAT_BYTES } from '../storage.js';
import { planChannels } from './channels.js';
import { planFlat } from './flat.js';
import { type Call, elementBytes, type Limits, type Plan } from './grid.js';
import { planRowwise } from './rowwise.js';

export { arrayShape, exemplaryLengths, usualShape } from './flat.js';
export {
  type Binding,
  type Dispatch,
  type Limits,
  limitsOf,
  PARAMS_BYTE_LENGTH,
  type Plan,
  type Shape,
  type Variant,
} from './grid.js';
export { type ArrayPiece, largestPiece, planArrayPieces } from './pieces.js';

const isReadThrough = (inPlace: Readonly<Record<string, string>>, input: string): boolean =>
  Object.values(inPlace).includes(input);

/**
 * Plans an encode call on the caller's buffers.
 * @throws {TypeError|RangeError} `gelu.forward: expected …, got …`
 */
export function planEncode(
  definition: Definition,
  direction: Direction,
  arguments_: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> | undefined,
  limits: Limits,
): Plan {
  const where = `${definition.name}.${direction}`;
  if (typeof arguments_ !== 'object' || arguments_ === null)
    throw new TypeError(`${where}: expected an object of tensors and length, got ${describe(arguments_)}`);
  const { length, ...given } = arguments_;
  const n = checkLength(where, length);
  const settings = planSettings(definition, where, options, passOptions(direction));
  const tensors = planTensors(definition, direction, given);
  const fromY = tensors.inputs[0] === 'y';
  if (fromY) checkFromY(where, settings.parameters);
  checkLayout(where, tensors, definition, settings, n);
  // the gradients of learned parameters may be left out
  const outputs = tensors.outputs.filter((name) => given[name] !== undefined || tensors.extent(name) !== 'channels');
  const names = [...tensors.inputs, ...outputs];
  checkTensorNames(where, given, names);

  const lengths = { elements: n, channels: settings.channels, halves: 2 * n };
  const byName: Record<string, BufferRange> = {};
  for (const name of names) {
    const extent = tensors.extent(name);
    const byteLength = lengths[extent] * (extent === 'channels' ? FLOAT_BYTES : elementBytes(settings));
    byName[name] = bufferRange(where, name, given[name], byteLength, limits.minStorageBufferOffsetAlignment);
  }
  const inPlace: Record<string, string> = {};
  for (const [output, input] of tensors.inPlace)
    if (byName[output] && byName[input] && isSameStart(byName[output], byName[input])) inPlace[output] = input;
  for (const output of outputs)
    for (const other of names) {
      if (other === output || inPlace[output] === other || inPlace[other] === output) continue;
      if (isOverlapping(byName[output]!, byName[other]!))
        fail(where, `${output} not to overlap ${other}`, 'overlapping ranges of one buffer');
    }
  for (const input of tensors.inputs)
    for (const output of outputs)
      if (byName[input]!.buffer === byName[output]!.buffer && !isReadThrough(inPlace, input))
        fail(
          where,
          `${input} and ${output} in two buffers, or in the same place: ${ONE_USE}`,
          'two ranges of one buffer',
        );
  if (settings.accumulate && Object.keys(inPlace).length > 0)
    fail(
      where,
      `${Object.keys(inPlace)[0]} apart from ${Object.values(inPlace)[0]} when accumulate is true`,
      'the same memory',
    );

  // the kernels know one input, x; the saved y takes its place
  const { y, ...rest } = byName;
  const ranges = fromY ? { ...rest, x: y! } : byName;
  if (inPlace.dx === 'y') inPlace.dx = 'x';
  const call: Call = { definition, direction, n, settings, ranges, inPlace, fromY, limits };
  if (definition.family === 'rowwise') return planRowwise(call);
  return ranges.dWeight || ranges.dBias ? planChannels(call) : planFlat(call);
}
