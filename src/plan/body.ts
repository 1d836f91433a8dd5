/**
 * The body of a pass over elements, alone or as gates: which files make it, where its tensors are read, what is bound. The
 * grids (flat.wgsl, channels.wgsl) run it on a group of elements.
 */
import { type Call, unitOf } from '../call.js';
import { forms, isSmall } from '../forms.js';
import { elementBytes, storageFiles } from '../storage.js';
import type { WgslFile } from '../wgsl/file.js';
import * as kernel from '../wgsl/kernels.js';
import {
  type Binding,
  bindElements,
  bindWhole,
  type Limits,
  type ParamsFields,
  type Piece,
  planPieces,
  type Variant,
} from './grid.js';

export type Body = Pick<Variant, 'activation' | 'fromY' | 'reads' | 'keeps' | 'learned' | 'gate'> & {
  readonly files: readonly WgslFile[];
  readonly constants: Readonly<Record<string, number>>;
  readonly params: Partial<ParamsFields>;
  bind(start: number, count: number): Binding[];
};

/** gate and up lie by turns in x. */
export const isInterleaved = ({ form, settings }: Call): boolean =>
  form.name === 'halves' && settings.halves === 'interleaved';

/** How many times as many elements as y the largest tensor has. */
const scaleOf = ({ form }: Call): number => (forms[form.name].extent === 'halves' ? 2 : 1);

/** The pieces of y that one dispatch each can bind; halves are twice as long and cut between rows. */
export const bodyPieces = (call: Call, limits: Limits): Piece[] =>
  planPieces(call.where, call.length, elementBytes(call.settings), limits, unitOf(call), scaleOf(call));

/** Lanes of four need rows of whole groups where a row is cut in halves. */
export const bodyLanes = (call: Call): 1 | 4 => (scaleOf(call) > 1 && !isInterleaved(call) && unitOf(call) % 4 ? 1 : 4);

export function planBody(call: Call, lanes: 1 | 4, limits: Limits): Body {
  const { definition, direction, settings, form, through, isArena } = call;
  const { channels, gates } = definition.parts;
  const isGated = form.name !== 'element';
  const body = isGated ? gates!.bodyOf(call, lanes) : { files: [kernel.elementwise], reads: { source: 'x' } };
  const isBackward = direction === 'backward';
  const hasBias = form.hasBias && !form.fromY; // y already has the bias in it
  const channel = form.learned.length || hasBias ? channels!.bodyOf(call, lanes, hasBias) : undefined;
  if (channel) channels!.check(call, limits);
  const learned = form.learned.map(([, parameter]) => parameter);
  const read = (tensor: string): string => through[tensor] ?? tensor;
  const tensors = [...form.inputs, ...call.outputs].filter(
    (tensor) => !isSmall(form.extent(tensor)) && read(tensor) === tensor,
  );
  const saved = (tensor: string): string => (tensor === 'y' && form.fromY ? 'x' : tensor);
  return {
    activation: definition,
    fromY: form.fromY,
    learned,
    ...(isGated && { gate: gates!.glueOf(definition, learned).join('\n') }),
    files: [
      lanes === 4 ? kernel.lanes4 : kernel.lanes1,
      ...storageFiles(definition, settings.dtype, lanes, { isGate: form.name === 'gate', isArena }),
      ...(channel?.files ?? []),
      ...(hasBias ? [] : [kernel.biasNone]),
      ...body.files,
    ],
    reads: {
      upstream: saved(read('dy')),
      ...Object.fromEntries(
        Object.entries(body.reads).map(([name, tensor]) => [name, form.fromY ? saved(read('y')) : read(tensor)]),
      ),
    },
    keeps: Object.fromEntries(forms[form.name].gradients.map((name) => [name, call.outputs.includes(name)])),
    constants: {
      ...(!form.learned.length && definition.overrides?.(settings.parameters)),
      ...channel?.constants,
      ...(isBackward && definition.flat && { flat: 1 }),
      ...(isBackward && settings.accumulate && { accumulate: 1 }),
      // a software adapter takes every branch: three times as long for what hardware hardly notices
      ...(isGated && limits.isFallback && !call.isPiece && { careful: 0 }),
      ...(form.name === 'halves' && { gate_first: Number(settings.gateFirst) }),
    },
    params: {
      ...channel?.params,
      ...(form.name === 'halves' && !isInterleaved(call) && { half: unitOf(call) / lanes }),
    },
    bind: (start, count) => [
      ...tensors.map((tensor) => {
        const scale = form.extent(tensor) === 'halves' ? 2 : 1;
        return bindElements(settings, saved(tensor), tensor, scale * start, scale * count);
      }),
      ...form.learned.map(([tensor], index) => bindWhole(`learned_${index}`, tensor)),
      ...(hasBias ? [bindWhole('bias', 'bias')] : []),
    ],
  };
}
