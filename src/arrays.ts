/** Calls of arrays: cut into pieces, each of them uploaded, computed and read back; sums over channels join at the end. */
import { type ArrayCall, lengthOf, partOf, unitOf } from './call.js';
import { isSmall } from './forms.js';
import type { Internals } from './internals.js';
import { runPiece } from './piece.js';
import {
  type ArrayPiece,
  arrayShape,
  largestPiece,
  leastCommonMultiple,
  planArrayPieces,
  planCall,
  SUM_FLOATS,
  sumOf,
} from './plan/index.js';
import { arrayOf, type ElementArray } from './storage.js';

const PIECES_IN_FLIGHT = 2;

type Results = Readonly<Record<string, ElementArray>>;

/** What a piece adds to each sum, from which channel on: SUM_FLOATS floats a channel. */
type PieceSums = Readonly<Record<string, readonly [start: number, floats: Float32Array]>>;

/** Elements of y that a piece does not part: all rows of a sink, since its gradient is their sum. */
function arrayUnitOf(call: ArrayCall): number {
  const { form, length, settings } = call;
  const { columns, queries } = settings;
  if (!form.inputs.includes('sink')) return unitOf(call);
  return queries ? leastCommonMultiple(unitOf(call), columns * queries) : length;
}

/** A sum over channels, one value each or one for all; the gradient of a sink is whole in its piece, where there is one. */
const isSum = ({ form, length }: ArrayCall, output: string): boolean =>
  ['channels', 'heads'].includes(form.extent(output)) && !(form.inputs.includes('sink') && length);

/** Runs a checked call and gives each of its outputs. */
export async function runArrays(internals: Internals, call: ArrayCall): Promise<Record<string, ElementArray>> {
  const { arrays, form, kind, length, settings, run } = call;
  const { accumulate, channels, inner } = settings;
  // results are of the kind that the elements came in; gradients of learned parameters are float32, as those are
  const Elements = arrayOf(kind)!;
  const results: Record<string, ElementArray> = {};
  // the pieces' sums over channels add up here, in float64
  const sums: Record<string, Float64Array> = {};
  for (const output of call.outputs) {
    const isOfChannels = isSum(call, output);
    const extent = form.extent(output);
    const given = accumulate ? undefined : arrays[output];
    results[output] = given ?? new (isSmall(extent) ? Float32Array : Elements)(lengthOf(call, extent));
    if (isOfChannels)
      sums[output] = accumulate ? Float64Array.from(arrays[output]!) : new Float64Array(lengthOf(call, extent));
  }
  // in the pieces' order, so that every run gives the same bits
  const addSums = (parts: PieceSums): void => {
    for (const [name, [start, floats]] of Object.entries(parts))
      for (let index = 0; index < floats.length; index += SUM_FLOATS)
        sums[name]![start + index / SUM_FLOATS]! += sumOf(floats, index);
  };
  const isChanneled = form.hasBias || form.learned.length > 0;
  const layout = { length, row: arrayUnitOf(call), isChanneled, channels, inner };
  const inFlight: Promise<PieceSums>[] = [];
  let done = 0;
  try {
    for (const piece of planArrayPieces(layout, largestPiece(internals.device.limits))) {
      run.signal?.throwIfAborted();
      if (inFlight.length === PIECES_IN_FLIGHT) addSums((await inFlight.shift())!);
      const finished = runPieceOf(internals, call, piece, results).then((pieceSums) => {
        done += piece.count;
        run.onProgress?.(done, length);
        return pieceSums;
      });
      finished.catch(() => undefined); // awaited in order below; a later failure must not go unhandled meanwhile
      inFlight.push(finished);
    }
  } finally {
    await Promise.allSettled(inFlight);
  }
  for (const pieceSums of await Promise.all(inFlight)) addSums(pieceSums);
  run.signal?.throwIfAborted();
  for (const [output, sum] of Object.entries(sums)) results[output]!.set(sum);
  return results;
}

/** Runs a piece, in place where the pass allows; its elements go to the results, its sums are returned. */
async function runPieceOf(
  internals: Internals,
  call: ArrayCall,
  { start, count, firstChannel, channels, inner }: ArrayPiece,
  results: Results,
): Promise<PieceSums> {
  const { where, form, arrays, settings, through } = call;
  const block = settings.columns * (settings.queries ?? 0);
  const spans = {
    elements: [start, count],
    channels: [firstChannel, channels],
    halves: [2 * start, 2 * count],
    rows: [start / Math.max(settings.columns, 1), count / Math.max(settings.columns, 1)],
    heads: [block && start / block, block ? count / block : 1],
    mask: [0, lengthOf(call, 'mask')],
  } as const;
  const part = (array: ElementArray, name: string): ElementArray =>
    partOf(where, name, array, spans[form.extent(name)]);
  const parts: Record<string, [number, Float32Array]> = {};
  const reads: Record<string, ElementArray> = {};
  const uploads: Record<string, ElementArray> = {};
  for (const name of form.inputs) uploads[name] = part(arrays[name]!, name);
  for (const name of call.outputs)
    if (isSum(call, name)) {
      const [first, length] = spans[form.extent(name)];
      const floats = new Float32Array(length * SUM_FLOATS);
      parts[name] = [first, floats];
      reads[name] = floats;
    } else {
      reads[name] = part(results[name]!, name);
      if (settings.accumulate) uploads[name] = part(arrays[name]!, name);
    }
  const piece = { ...call, length: count, firstRow: spans.rows[0], settings: { ...settings, channels, inner } };
  const plan = planCall(piece, { ...internals.limits(), shape: arrayShape });
  try {
    await runPiece(internals, where, { uploads, reads, through, plan, timer: call.run.timer });
  } finally {
    for (const name of call.outputs) part(results[name]!, name);
  }
  return parts;
}
