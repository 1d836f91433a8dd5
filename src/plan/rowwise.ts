/**
 * Functions of rows over the columns of [outer, columns, inner]. Short rows share a workgroup, each with a team of threads; the
 * longest rows that one workgroup can keep have it to themselves; longer ones are cut into slabs of a workgroup each, in
 * three dispatches: partial results, one combination a row, the elements.
 */
import { type Call, lengthOf, unitOf } from '../call.js';
import type { Parameters } from '../definition.js';
import { fail } from '../errors.js';
import type { Settings } from '../options.js';
import { elementBytes, type StorageType, storageFiles } from '../storage.js';
import type { WgslFile } from '../wgsl/file.js';
import * as kernel from '../wgsl/kernels.js';
import {
  alignedElements,
  type Binding,
  bindElements,
  bindWhole,
  checkWhole,
  type Dispatch,
  type Limits,
  type ParamsFields,
  type Plan,
  paramsBlock,
  planGrid,
  threadsWithin,
} from './grid.js';
import { rowGlue } from './row_glue.js';

/** Elements that a thread keeps in registers: KEPT · LANES of `shaders/kernels/rowwise.wgsl`. */
const ELEMENTS_PER_THREAD = 16;
const WORKGROUP_SIZE = 128;
/** On a CPU a thread has a row or slab to itself and reads it again rather than keeping it; nothing then needs a barrier,
 *  which costs SwiftShader 20 µs for each four threads. Small workgroups, since rows are what its cores share. */
const FALLBACK_WORKGROUP_SIZE = 32;
/** Of the longest rows that one workgroup handles, where the device allows as many. */
const LARGEST_WORKGROUP = 256;
/** Bytes of what is noted of a row or slab between dispatches. */
const NOTE_BYTES = 16;

/** On a GPU so many rows are threads enough: each then has one of rows whose columns lie apart, and neighbours read neighbours. */
const ENOUGH_ROWS = 4096;

/** Groups of a row that is never cut, which one thread of a CPU reads: llvmpipe ends all loops of a thread after 65,535 rounds. */
const LONGEST_ALONE = 2048;

/** A dispatch of a pass: its entry point, what it binds, and whether a team has a row, joins its slabs, or has a slab. */
export type RowStep = readonly [entryPoint: string, tensors: readonly string[], per?: 'row' | 'join'];

/** How a function of rows is computed: `shaders/kernels/row_*.wgsl`. */
export interface RowKernel {
  /** What is joined beside the lanes, the tensors and row_share.wgsl. */
  readonly files: readonly WgslFile[];
  /** What joins a row's slabs, where that is a text of its own. */
  readonly combine?: readonly WgslFile[];
  /** The dispatches of a pass, in order: over whole rows, or over rows that are cut into slabs. */
  steps(call: Call, isCut: boolean): readonly RowStep[];
  /** `reads`: a thread has a row to itself and reads it again for every step. */
  constants?(call: Call, reads: boolean): Readonly<Record<string, number>>;
  /** Rows are never cut, however long they are. */
  readonly isWhole?: boolean;
  /** It sums lanes: that is joined too. */
  readonly sums?: boolean;
  /** Files that depend on the call, of both texts. */
  more?(call: Call, isCombining: boolean): readonly WgslFile[];
  /** Tensor of one value a row → the variable it is bound to. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** By what x is read, where a row does not see all of it as it is. */
  readonly reader?: string | undefined;
  /** It writes dx by keep_dx, which the glue binds. */
  readonly keepsGradients?: boolean;
  /** `firstRow` is the number in the whole tensor of a dispatch's first row; `notes`, where those of cut rows end in the scratch. */
  params?(
    call: Call,
    firstRow: number,
    notes: number,
  ): {
    readonly fields: Partial<ParamsFields>;
    readonly parameters: Parameters;
    /** The struct MaskLayout of row_mask.wgsl. */
    readonly maskLayout?: ArrayBuffer;
  };
}

export const isBackward = ({ direction }: Call): boolean => direction === 'backward';
/** The variable that a tensor is read through. */
export const readOf = ({ through }: Call, tensor: string): string => through[tensor] ?? tensor;
export const sourceOf = (call: Call): string => readOf(call, call.form.fromY ? 'y' : 'x');

/** The offset with which every row sees all of its columns. */
const SEES_ALL = 2 ** 30;
/** More rows than any tensor has. */
const ALL_ROWS = 0xffffffff;

const keepsTerms = (call: Call): boolean => isBackward(call) && call.outputs.includes('dSink');

/** Of functions of a row's maximum and Σe^(x − maximum): what a call says of its rows chooses the files. */
function rowwiseOf(call: Call): RowKernel {
  const { form, outputs, isArena, settings } = call;
  const { causal, queries, empty, mask, parameters } = settings;
  const { scale, softcap } = parameters as Record<'scale' | 'softcap', number>;
  const hasSink = form.inputs.includes('sink');
  const isSaved = form.inputs.includes('logSumExp');
  const keepsLog = outputs.includes('logSumExp');
  const isFinished = hasSink || isSaved || keepsLog;
  const isSeen = causal !== undefined || empty === 'zero' || isFinished;
  const caps = softcap < Infinity;
  const isLogits = mask !== undefined || caps || isSaved;
  const isShare = call.definition.unseen !== 'minusInfinity' && settings.dtype === 'f32';

  const scaling = scale === 1 ? [kernel.rowPlain] : [kernel.rowParts, kernel.rowScaled];
  const numbers = isLogits
    ? [kernel.rowParts, kernel.rowLogits, ...(mask ? maskFiles(call, mask) : [kernel.rowMaskNone])]
    : [kernel.rowSingle, ...scaling];
  const known = isFinished ? kernel.rowKnownSink : kernel.rowKnown;
  const finished = isFinished ? [kernel.rowSink, hasSink ? sinkOf(call) : kernel.rowSinkAbsent] : [kernel.rowSinkNone];
  const saved = isArena ? kernel.rowValuesWritten : kernel.rowValuesRead;
  const exchanged = [
    keepsTerms(call) ? kernel.rowTermsKept : kernel.rowTermsDropped,
    keepsLog ? kernel.rowLogKept : kernel.rowLogDropped,
    ...(isSaved ? [saved, kernel.rowSaved] : [kernel.rowSavedNone]),
  ];
  const seen = isSeen ? kernel.rowSeen : kernel.rowWhole;
  const masks = mask ? ['mask', 'mask_layout'] : [];
  const beside = [...(hasSink ? ['sink'] : []), ...(isSaved ? ['logSumExp'] : [])];
  const terms = keepsTerms(call) ? ['partial'] : [];
  const written = outputs.filter((name) => name !== 'dSink');
  return {
    files: [
      kernel.rowTotal,
      kernel.rowExponentials,
      kernel.rowwise,
      known,
      seen,
      ...numbers,
      ...finished,
      ...exchanged,
    ],
    // where logits are more than x, the slabs' maxima are logits
    combine: [
      kernel.rowTotal,
      kernel.rowwiseCombine,
      known,
      kernel.rowSingle,
      ...(isLogits ? [kernel.rowPlain] : scaling),
    ],
    keepsGradients: true,
    reader: isLogits ? 'logit_at' : isSeen ? 'input_seen' : undefined,
    variables: isSaved ? { logSumExp: 'saved_log_sum_exp' } : keepsLog ? { logSumExp: 'log_sum_exp' } : undefined,
    constants: (_, reads) => ({
      // softmax's values are its exponentials, scaled: no need to compute them twice
      ...(reads && !isBackward(call) && !isLogits && isShare && { waits: 1 }),
      ...(isBackward(call) && !form.fromY && (isSaved ? { from_log: 1 } : { from_x: 1 })),
      ...(caps && { caps: 1 }),
    }),
    steps(_, isCut) {
      const reads = [sourceOf(call), ...masks];
      if (!isBackward(call)) {
        const all = [...reads, ...beside, ...written];
        return isCut ? [...forwardSteps(call, masks), ['forward_write', [...all, 'partial']]] : [['forward', all]];
      }
      const all = [...reads, readOf(call, 'dy'), ...beside];
      if (!isCut) return [['backward', [...all, ...written, ...terms]]];
      return [
        ...(form.fromY || isSaved ? [] : forwardSteps(call, masks)),
        ['backward_partial', [...all, 'partial']],
        ['backward_combine', ['partial'], 'join'],
        ['backward_write', [...all, ...written, 'partial']],
      ];
    },
    params: (_, firstRow, notes) => ({
      fields: isSeen
        ? {
            base: firstRow % (queries ?? ALL_ROWS),
            last_row: queries ?? ALL_ROWS,
            half: (causal ?? SEES_ALL) >>> 0,
            slab: 2 * notes + Number(empty === 'zero'),
          }
        : {},
      parameters,
      ...(mask && { maskLayout: Uint32Array.of(mask.rows, mask.block, mask.each, firstRow).buffer }),
    }),
  };
}

/** How the elements of a mask lie in memory, and in what buffer. */
function maskFiles({ isArena, settings }: Call, { dtype }: { readonly dtype: StorageType }): readonly WgslFile[] {
  const isWide = lanesOf(settings) === 4;
  const load = dtype === 'f32' ? kernel.rowMaskFloat : isWide ? kernel.rowMaskGroups : kernel.rowMaskHalves;
  return [kernel.rowMask, isArena ? kernel.rowMaskWritten : kernel.rowMaskRead, load];
}

const sinkOf = ({ isArena }: Call): WgslFile => (isArena ? kernel.rowSinkWritten : kernel.rowSinkRead);

/** Of functions of a row's maximum and of Σe^(x − maximum). */
export function planRowwise(call: Call, limits: Limits): Plan {
  const plan = planRows(call, limits, rowwiseOf(call));
  if (!keepsTerms(call)) return plan;
  const rows = call.length / call.settings.columns || 0;
  const { queries = rows, accumulate } = call.settings;
  const scratchByteLength = plan.scratchByteLength + Math.max(rows, 1) * NOTE_BYTES;
  if (scratchByteLength > limits.maxStorageBufferBindingSize)
    fail(
      call.where,
      `rows whose gradients of sink fit in a binding of ${limits.maxStorageBufferBindingSize} bytes`,
      rows,
    );
  const team = limits.isFallback ? 1 : WORKGROUP_SIZE;
  const workgroupSize = limits.isFallback ? FALLBACK_WORKGROUP_SIZE : WORKGROUP_SIZE;
  const heads = lengthOf(call, 'heads');
  const sums: Dispatch = {
    variant: {
      label: `${call.definition.name}.sink_gradients f32x1`,
      entryPoint: 'sink_gradients',
      files: [
        kernel.lanes1,
        kernel.rowKeys1,
        kernel.rowLanes1,
        ...(team > 1 ? [kernel.reduceTeam, kernel.reduceWorkgroup] : [kernel.reduceAlone]),
        kernel.rows,
        kernel.rowSinkGradients,
      ],
      constants: { workgroup_size: workgroupSize, team, ...(accumulate && { accumulate: 1 }) },
    },
    params: paramsBlock(undefined, {}, { first: plan.scratchByteLength / NOTE_BYTES, count: heads, inner: queries }),
    bindings: [{ name: 'partial', source: 'scratch' }, bindWhole('d_sink', 'dSink')],
    workgroups: planGrid(Math.ceil(heads / (workgroupSize / team)), limits),
  };
  return { dispatches: [...plan.dispatches, ...(heads ? [sums] : [])], scratchByteLength };
}

/** What finds out what there is to know of rows that are cut. */
export const forwardSteps = (call: Call, more: readonly string[] = []): readonly RowStep[] => [
  ['forward_partial', [sourceOf(call), ...more, 'partial']],
  ['forward_combine', ['partial'], 'join'],
];

const first: RowKernel = {
  files: [kernel.rowSingle, kernel.rowFirst],
  steps(call, isCut) {
    if (isBackward(call)) return [['backward', [sourceOf(call), ...call.outputs]]];
    if (!isCut) return [['forward', [sourceOf(call), ...call.outputs]]];
    return [...forwardSteps(call), ['forward_write', [...call.outputs, 'partial']]];
  },
};

/** Of functions of where a row's maximum is first. */
export const planFirst = (call: Call, limits: Limits): Plan => planRows(call, limits, first);

/** The elements of a group are neighbours in a row. */
const lanesOf = ({ columns, inner }: Settings): 1 | 4 => (columns % 4 || inner > 1 ? 1 : 4);

export function planRows(call: Call, limits: Limits, own: RowKernel): Plan {
  const { definition, settings, isArena, length } = call;
  const { columns, inner: stride } = settings;
  checkWhole(call, limits);
  const lanes = lanesOf(settings);
  const storage = storageFiles(definition, settings.dtype, lanes, { isArena });
  const ownLanes = lanes === 4 ? [kernel.lanes4, kernel.rowKeys4] : [kernel.lanes1, kernel.rowKeys1];
  const ownSums = own.combine || own.sums ? [lanes === 4 ? kernel.rowLanes4 : kernel.rowLanes1] : [];
  const inner = columns / lanes;
  const kept = ELEMENTS_PER_THREAD / lanes;
  const { isFallback = false, subgroupSize } = limits;
  const largest = 2 ** Math.floor(Math.log2(threadsWithin(LARGEST_WORKGROUP, limits)));
  const slabs = own.isWhole ? 1 : Math.ceil(inner / (largest * kept));
  const width = Math.ceil(inner / slabs);
  const isAlone =
    (isFallback && !(own.isWhole && inner > LONGEST_ALONE)) ||
    (stride > 1 && length / columns >= ENOUGH_ROWS && !own.isWhole);
  const team = isAlone ? 1 : Math.min(largest, 2 ** Math.ceil(Math.log2(Math.ceil(width / kept))));
  const together =
    subgroupSize && team > 1
      ? [kernel.enableSubgroups, kernel.reduceTeam, kernel.reduceSubgroup]
      : [kernel.reduceTeam, kernel.reduceWorkgroup];
  // the saved y of a backward pass is bound as x
  const variable = (tensor: string): string => (isBackward(call) && tensor === 'y' ? 'x' : tensor);
  const isStreaming = (isFallback && isAlone) || width > team * kept;
  const share: Record<string, number> = isStreaming ? { streams: 1 } : { groups: Math.ceil(width / team) };
  const constants: Record<string, number> = {
    ...own.constants?.(call, isFallback && isAlone && slabs === 1),
    ...(settings.accumulate && { accumulate: 1 }),
    ...(stride > 1 && { strided: 1 }),
    ...(slabs > 1 && { cut: 1 }),
  };
  const reads = { source: variable(sourceOf(call)), upstream: variable(readOf(call, 'dy')) };

  const dispatches: Dispatch[] = [];
  const pieces = [...planPiecesOfRows(call, limits)];
  const notes = slabs > 1 ? pieces.reduce((most, { rows }) => Math.max(most, rows), 0) * (2 + slabs) : 0;
  for (const { start, rows, first } of pieces) {
    const known = own.params?.(call, (call.firstRow ?? 0) + start / columns, notes);
    const params: Partial<ParamsFields> = {
      ...{ first: first / lanes, count: rows, inner, channels: stride, slabs, width, first_row: start / columns },
      ...known?.fields,
    };
    const bind = (names: readonly string[]): Binding[] =>
      [...new Set(names)].map((name) =>
        name === 'partial'
          ? { name, source: 'scratch' }
          : name === 'mask_layout'
            ? { name, source: known!.maskLayout! }
            : call.form.extent(name) === 'rows'
              ? bindWhole(own.variables![name]!, name)
              : ['heads', 'mask'].includes(call.form.extent(name))
                ? bindWhole(name, name)
                : bindElements(settings, variable(name), name, start - first, first + rows * columns),
      );
    for (const [entryPoint, names, per] of own.steps(call, slabs > 1)) {
      const isApart = per === 'join' && own.combine !== undefined;
      const threads = !per ? team : isFallback ? 1 : WORKGROUP_SIZE;
      const workgroupSize = Math.max(isFallback ? FALLBACK_WORKGROUP_SIZE : WORKGROUP_SIZE, threads);
      const reduce = threads > 1 ? together : [kernel.reduceAlone];
      const shape = {
        workgroup_size: workgroupSize,
        team: threads,
        ...(reduce.includes(kernel.reduceSubgroup) && { shuffled: Math.min(subgroupSize!, workgroupSize) }),
      };
      dispatches.push({
        variant: {
          label: `${definition.name}.${entryPoint} ${isApart ? 'f32x1' : `${settings.dtype}x${lanes}`}`,
          entryPoint,
          files: isApart
            ? [
                kernel.lanes1,
                kernel.rowKeys1,
                kernel.rowLanes1,
                ...reduce,
                kernel.rows,
                ...own.combine!,
                ...(own.more?.(call, true) ?? []),
              ]
            : [
                ...ownLanes,
                ...ownSums,
                ...storage,
                ...reduce,
                kernel.rows,
                kernel.rowShare,
                ...own.files,
                ...(own.more?.(call, false) ?? []),
              ],
          activation: definition,
          rows: rowGlue(definition, !isApart, own.reader),
          reads: isApart ? {} : reads,
          ...(own.keepsGradients && !isApart && { keeps: { dx: call.outputs.includes('dx') } }),
          constants: isApart ? shape : { ...shape, ...share, ...constants },
        },
        params: paramsBlock(definition, known?.parameters ?? settings.parameters, params),
        bindings: bind(names),
        workgroups: planGrid(Math.ceil((per ? rows : rows * slabs) / (workgroupSize / threads)), limits),
      });
    }
  }
  return { dispatches, scratchByteLength: notes * NOTE_BYTES };
}

interface Rows {
  /** The first element of the rows; bindings start `first` elements before it, where an offset may lie. */
  readonly start: number;
  readonly rows: number;
  readonly first: number;
}

/** Cuts a tensor between rows into pieces that a binding can hold. */
function* planPiecesOfRows(call: Call, limits: Limits): Generator<Rows> {
  const { where, length, settings } = call;
  const unit = unitOf(call);
  const bytes = elementBytes(settings);
  const capacity = Math.floor(limits.maxStorageBufferBindingSize / bytes);
  for (let start = 0; start < length; ) {
    const first = start % alignedElements(bytes, limits);
    const units = Math.min(Math.floor((capacity - first) / unit), (length - start) / unit);
    if (units < 1) fail(where, `rows of at most ${capacity - first} elements`, unit);
    yield { start, rows: units * settings.inner, first };
    start += units * unit;
  }
}
