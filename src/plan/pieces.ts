/** Cuts an array call into pieces, each an ordinary call of its own. */
import { leastCommonMultiple } from './grid.js';

/** A contiguous part of y: some rows, some channels of one, or part of one channel. */
export interface ArrayPiece {
  readonly start: number;
  readonly count: number;
  readonly firstChannel: number;
  readonly channels: number;
  readonly inner: number;
}

/** What there is to cut. */
export interface ArrayLayout {
  /** Elements of y. */
  readonly length: number;
  /** Elements that must stay together: a row of softmax, half a row whose halves are gate and up. */
  readonly row: number;
  /** It matters which channel of [outer, channels, inner] an element is of. */
  readonly isChanneled: boolean;
  readonly channels: number;
  readonly inner: number;
}

/** Elements of one piece: upload, compute and readback of two pieces overlap. */
const PIECE_ELEMENTS = 2 ** 23;

/** The most elements of a piece on a device; a multiple of 64. */
export const largestPiece = ({ maxBufferSize }: GPUSupportedLimits): number =>
  Math.min(PIECE_ELEMENTS, Math.floor(maxBufferSize / 512) * 64);

/** Pieces of at most `largest` elements of y (a multiple of 64), or one row. */
export function* planArrayPieces(
  { length, row, isChanneled, channels, inner }: ArrayLayout,
  largest: number,
): Generator<ArrayPiece> {
  const isOne = channels === 1; // whatever inner is, every element is of the one channel
  const unit = isChanneled && !isOne ? leastCommonMultiple(row, channels * inner) : row;
  if (row > 1 || unit <= largest) {
    const step = Math.max(1, Math.floor(largest / unit)) * unit;
    for (let start = 0; start < length; start += step)
      yield {
        start,
        count: Math.min(step, length - start),
        firstChannel: 0,
        channels,
        inner: isOne && isChanneled ? 1 : inner,
      };
    return;
  }
  if (inner <= largest) {
    const some = Math.floor(largest / inner);
    for (let start = 0; start < length; start += unit)
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
