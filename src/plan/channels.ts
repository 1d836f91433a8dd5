/**
 * Backward with the gradients of learned parameters or of a bias: partial sums beside dx, then one reduction of those. The
 * layout is [outer, channels, inner], row-major.
 */
import type { Call } from '../call.js';
import { fail } from '../errors.js';
import { type Form, gradientOf } from '../forms.js';
import { checkScratch, type Settings } from '../options.js';
import { byteLengthOf } from '../ranges.js';
import { elementBytes, FLOAT_BYTES } from '../storage.js';
import type { WgslFile } from '../wgsl/file.js';
import * as kernel from '../wgsl/kernels.js';
import { bodyLanes, bodyPieces, planBody } from './body.js';
import {
  bindWhole,
  checkWhole,
  type Dispatch,
  type Limits,
  type ParamsFields,
  type Plan,
  paramsBlock,
  planGrid,
} from './grid.js';
import { planReduction, planSums } from './sums.js';

/** Floats of a sum: the Pair of shaders/math/sum_products.wgsl. */
export const SUM_FLOATS = 4;

/** The sum that the floats from `start` on stand for. */
export function sumOf(floats: ArrayLike<number>, start: number): number {
  const secondHigh = floats[start + 2]!;
  // the low part of an infinite or NaN sum means nothing
  if (!Number.isFinite(secondHigh)) return secondHigh;
  return (floats[start]! + floats[start + 1]!) * 2 ** -32 + (secondHigh + floats[start + 3]!) * 2 ** 96;
}

/** The gradients that are sums over channels, and by which parameter each is: null for the bias. */
export function sumsOf({ form, outputs }: Call): (readonly [tensor: string, parameter: string | null])[] {
  const sums = form.learned.map(([tensor, parameter]) => [gradientOf(tensor), parameter] as const);
  return [...sums, ['dBias', null] as const].filter(([tensor]) => outputs.includes(tensor));
}

function planChannels(call: Call, limits: Limits): Plan {
  const { definition, settings, where } = call;
  const { channels } = settings;
  const sums = sumsOf(call);
  const plan = planSums(bodyPieces(call, limits), settings, limits, {
    wide: bodyLanes(call) === 4,
    bytes: elementBytes(settings),
  });
  const dispatches: Dispatch[] = [];
  for (const { part, entryPoint, workgroupSize, workgroupCount, params: shape } of plan.passes) {
    const { start, count, lanes } = part;
    const { files, constants, params, bind, ...body } = planBody(call, lanes, limits);
    dispatches.push({
      variant: {
        ...body,
        label: `${definition.name}.backward ${entryPoint} ${settings.dtype}x${lanes}`,
        entryPoint,
        files: [...files, kernel.sum, kernel.gradients, kernel.channels],
        sums: sums.map(([, parameter]) => parameter),
        constants: {
          workgroup_size: workgroupSize,
          sums: sums.length,
          ...(Object.values(call.through).some((tensor) => call.outputs.includes(tensor)) && { overwrites: 1 }),
          ...constants,
        },
      },
      params: paramsBlock(definition, settings.parameters, { ...params, ...shape }),
      bindings: [...bind(start, count), { name: 'partial', source: 'scratch' }],
      workgroups: planGrid(workgroupCount, limits),
    });
  }
  const scratchByteLength = Math.max(16, plan.slabs * sums.length * SUM_FLOATS * channels * plan.inner * FLOAT_BYTES);
  checkScratch(where, scratchByteLength, channels, limits.maxStorageBufferBindingSize);
  for (const [index, [tensor]] of sums.entries()) {
    // of one value, the sum of those of all channels
    const isOne = call.form.extent(tensor) === 'heads';
    const [count, inner] = isOne ? [1, plan.inner * channels] : [channels, plan.inner];
    const { entryPoint, workgroupSize, workgroups } = planReduction({ ...plan, inner }, count, limits);
    dispatches.push({
      variant: {
        label: entryPoint,
        entryPoint,
        files: [kernel.lanes1, kernel.sum, kernel.reduceGradients, kernel.reduce],
        constants: {
          workgroup_size: workgroupSize,
          ...(call.isPiece ? { parts: 1 } : settings.accumulate && { accumulate: 1 }),
        },
      },
      params: paramsBlock(
        undefined,
        {},
        { first: index, count: sums.length, channels: count, inner, slabs: plan.slabs },
      ),
      bindings: [{ name: 'partial', source: 'scratch' }, bindWhole('sums', tensor)],
      workgroups,
    });
  }
  return { dispatches, scratchByteLength };
}

/** How a channel's values lie under the lanes of a group: `shaders/kernels/channel_*.wgsl`. */
function layoutOf(
  { channels, inner }: Pick<Settings, 'channels' | 'inner'>,
  lanes: 1 | 4,
  hasOnes: boolean,
): readonly [file: WgslFile, params: Partial<ParamsFields>] {
  if (channels === 1) return [kernel.channelSingle, {}];
  if (inner % lanes === 0) return [kernel.channelShared, { channels, inner: inner / lanes }];
  if (inner === 1 && channels % lanes === 0 && !hasOnes)
    return [kernel.channelVector, { channels: channels / lanes, inner }];
  return [kernel.channelGather, { channels, inner }];
}

/** A part for createActivations of `core`: calls may have a bias and learned parameters, of one value or one a channel. */
export const channels = {
  /** The form of a call some of whose tensors, and so their gradients, have one value for all channels: four bytes. */
  formOf(form: Form, { channels }: Settings, tensors: Readonly<Record<string, unknown>>): Form {
    if (channels === 1) return form;
    const ones = form.inputs.filter(
      (tensor) => form.extent(tensor) === 'channels' && byteLengthOf(tensors[tensor]) === FLOAT_BYTES,
    );
    const all = [...ones, ...ones.map(gradientOf)];
    return { ...form, extent: (tensor) => (all.includes(tensor) ? 'heads' : form.extent(tensor)) };
  },

  /** @throws {RangeError} for a tensor that no binding can hold, and more tensors than a kernel may bind */
  check(call: Call, limits: Limits): void {
    checkWhole(call, limits);
    const { form, outputs, through, where } = call;
    const sums = sumsOf(call).length;
    const most = limits.maxStorageBuffersPerShaderStage;
    const count = form.inputs.length + outputs.length - Object.keys(through).length - sums + Math.min(sums, 1);
    if (count > most) fail(where, `at most ${most} tensors, as a kernel of the device may bind`, count);
  },

  /** The files by which values of channels are read, and what those want to know. */
  bodyOf(
    { form, settings, isArena }: Pick<Call, 'form' | 'settings' | 'isArena'>,
    lanes: 1 | 4,
    hasBias = false,
  ): {
    readonly files: WgslFile[];
    readonly params: Partial<ParamsFields>;
    readonly constants: Readonly<Record<string, number>>;
  } {
    const isOne = (tensor: string): boolean => settings.channels > 1 && form.extent(tensor) === 'heads';
    const ones = form.learned.reduce(
      (bits, [tensor], index) => bits + Number(isOne(tensor)) * 2 ** index,
      isOne('bias') ? 8 : 0,
    );
    const [file, params] = layoutOf(settings, lanes, ones > 0);
    const files = [
      ...(form.learned.length ? [kernel.parametersLanes] : []),
      file,
      isArena ? kernel.learnedWritten : kernel.learnedRead,
      ...(hasBias ? [kernel.biasAdded] : []),
    ];
    return { files, params, constants: ones ? { ones } : {} };
  },
  /** The gradients of values of channels, with dx. */
  plan: planChannels,
};
