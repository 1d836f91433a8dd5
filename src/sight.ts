/** What a call of softmax and its like may say of its rows, checked. Apart, so that a page of other functions has none of it. */
import type { Definition } from './definition.js';
import { fail, failType } from './errors.js';
import type { Direction, Extent, Form } from './forms.js';
import { checkBoolean, checkInteger, type RowSettings, type Settings } from './options.js';
import { byteLengthOf } from './ranges.js';
import { elementBytes, type StorageType } from './storage.js';

type Values = Readonly<Record<string, unknown>>;

/** What is known of a call before its rows are looked at. */
export interface SightCall {
  readonly where: string;
  readonly definition: Definition;
  readonly form: Pick<Form, 'fromY' | 'inputs'>;
  readonly settings: Settings;
  readonly options: Values;
  /** The tensors as they came, and the elements of x; none of a call that is still to come. */
  readonly given: Values;
  readonly length: number;
}

/** Tensors beside those of a form, and their extents. */
interface BesideForm {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly extents: Readonly<Record<string, Extent>>;
}

export interface Sight {
  readonly options: readonly string[];
  /** What a pass reads and writes beside the tensors of its form. @throws {TypeError} for y beside what needs x */
  tensors(
    where: string,
    direction: Direction,
    has: (tensor: string) => boolean,
    fromY: boolean,
    keepsLog: boolean,
  ): BesideForm;
  /** @throws {TypeError|RangeError} for options and a mask that do not go together */
  check(call: SightCall): RowSettings;
}

const extents: BesideForm['extents'] = { sink: 'heads', dSink: 'heads', mask: 'mask', logSumExp: 'rows' };

/** The largest offset, or number of rows in a block. */
const FARTHEST = 2 ** 30;

export const sight: Sight = {
  options: ['causal', 'queries', 'empty', 'logSumExp', 'maskBlock', 'maskRows', 'maskDtype'],
  tensors(where, direction, has, fromY, keepsLog) {
    const isBackward = direction === 'backward';
    const inputs = ['mask', 'sink', ...(isBackward ? ['logSumExp'] : [])].filter(has);
    const wantsX = inputs.find((tensor) => tensor !== 'mask');
    if (fromY && wantsX) throw new TypeError(`${where}: expected x with a ${wantsX}, got y`);
    const gradients = has('sink') ? ['dSink'] : [];
    const outputs = isBackward ? gradients : has('logSumExp') || keepsLog ? ['logSumExp'] : [];
    return { inputs, outputs, extents };
  },
  check(call) {
    const { where, definition, form, settings, options } = call;
    const {
      causal,
      queries,
      empty = 'nan',
      logSumExp = false,
    } = options as RowSettings & { readonly logSumExp?: unknown };
    const { maskBlock, maskRows, maskDtype } = options;
    if (causal !== undefined) checkInteger(where, 'causal', causal, [-FARTHEST, FARTHEST]);
    for (const [option, value] of Object.entries({ queries, maskBlock, maskRows }))
      if (value !== undefined) checkInteger(where, option, value, [1, FARTHEST]);
    if (maskDtype !== undefined && maskDtype !== 'f32' && maskDtype !== settings.dtype)
      failType(where, 'maskDtype to be "f32" or dtype', maskDtype);
    if (empty !== 'nan' && empty !== 'zero') failType(where, 'empty to be "nan" or "zero"', empty);
    checkBoolean(where, 'logSumExp', logSumExp);
    if (form.fromY) {
      // a zero is a logarithm too, so y does not tell which rows were empty
      if (definition.unseen === 'minusInfinity' && empty === 'zero')
        throw new TypeError(`${where}: expected x where empty is "zero", got y`);
      if (settings.parameters.softcap! < Infinity) throw new TypeError(`${where}: expected x with a softcap, got y`);
    }
    return { causal, queries, empty, mask: form.inputs.includes('mask') ? maskOf(call) : undefined };
  },
};

/** How many rows a mask has, and which rows of x take which. */
function maskOf({ where, settings, options, given, length }: SightCall): RowSettings['mask'] {
  const { columns } = settings;
  const {
    maskBlock: block = 1,
    maskRows: each = 1,
    maskDtype = settings.dtype,
  } = options as Record<string, number> & {
    readonly maskDtype?: StorageType;
  };
  if (block % each) fail(where, `maskBlock to be a multiple of maskRows = ${each}`, block);
  const array = given.mask as Float32Array;
  const isArray = ArrayBuffer.isView(array);
  const dtype = isArray && array[Symbol.toStringTag] === 'Float32Array' ? 'f32' : maskDtype;
  const byteLength = byteLengthOf(given.mask);
  // of a call that is still to come one row
  const elements = isArray ? array.length : Number.isNaN(byteLength) ? columns : byteLength / elementBytes({ dtype });
  const maskRows = isArray ? elements / columns : Math.floor(elements / columns);
  const xRows = length / columns;
  if (length && xRows % block) fail(where, `maskBlock to divide x's ${xRows} rows`, block);
  const taken = (xRows / block) * each;
  if (length && !(Number.isInteger(maskRows) && Number.isInteger(taken) && taken % maskRows === 0))
    fail(
      where,
      `mask of rows of ${columns} elements, as many as divide ${taken}${block > 1 ? `, of which each ${block} of x's ${xRows} take ${each}` : ''}`,
      `${elements} elements`,
    );
  return { rows: maskRows, block, each, dtype };
}
