/** Cuts an array call into pieces, each an ordinary call of its own. */
import type { ArrayCall } from '../arguments.js';
import { leastCommonMultiple } from './grid.js';

/** A contiguous part of y: some rows, some channels of one, or part of one channel. */
export interface ArrayPiece {
  readonly start: number;
  readonly count: number;
  readonly firstChannel: number;
  readonly channels: number;
  readonly inner: number;
}

/** Pieces of at most `largest` elements of y (a multiple of 64); a row of a row-wise call is never cut. */
export function* planArrayPieces(
  { tensors, definition, settings, length }: ArrayCall,
  largest: number,
): Generator<ArrayPiece> {
  const { channels, inner, columns } = settings;
  const isHalves = tensors.inputs.some((name) => tensors.extent(name) === 'halves');
  const row = isHalves ? columns / 2 : definition.family === 'rowwise' ? columns : 1;
  const learned = tensors.inputs.some((name) => tensors.extent(name) === 'channels');
  if (!learned || channels === 1 || row > 1) {
    const isOne = channels === 1; // whatever inner is, every element is of the one channel
    const unit = learned && !isOne ? leastCommonMultiple(row, channels * inner) : row;
    const step = Math.max(1, Math.floor(largest / unit)) * unit;
    for (let start = 0; start < length; start += step)
      yield { start, count: Math.min(step, length - start), firstChannel: 0, channels, inner: isOne ? 1 : inner };
    return;
  }
  const channelRow = channels * inner;
  if (channelRow <= largest) {
    const step = Math.floor(largest / channelRow) * channelRow;
    for (let start = 0; start < length; start += step)
      yield { start, count: Math.min(step, length - start), firstChannel: 0, channels, inner };
  } else if (inner <= largest) {
    const some = Math.floor(largest / inner);
    for (let start = 0; start < length; start += channelRow)
      for (let firstChannel = 0; firstChannel < channels; firstChannel += some) {
        const count = Math.min(some, channels - firstChannel);
        yield { start: start + firstChannel * inner, count: count * inner, firstChannel, channels: count, inner };
      }
  } else
    for (let run = 0; run < length; run += inner)
      for (let first = 0; first < inner; first += largest) {
        const count = Math.min(largest, inner - first);
        yield { start: run + first, count, firstChannel: (run / inner) % channels, channels: 1, inner: 1 };
      }
}
