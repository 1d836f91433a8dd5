/**
 * The table of forms: what a pass reads and writes. A form is decided by the activation's row and by the tensors that came:
 * `{ x }`, `{ gate, up }`, x with both as the halves of its rows or by turns, or whole rows. Checks, plans, array calls, `check`, the
 * command line, the bench and the page read this table.
 */
import type { Definition } from './definition.js';

export type Direction = 'forward' | 'backward';
export type FormName = keyof typeof forms;

/** A tensor's length: as y, twice as y (gate and up in one), one value a channel, a row, or a block of rows, or one for all; that of a mask. */
export type Extent = 'elements' | 'halves' | 'channels' | 'rows' | 'heads' | 'mask';

/** Tensors of few values have four bytes each, whatever the elements have. */
export const isSmall = (extent: Extent): boolean => extent === 'channels' || extent === 'rows' || extent === 'heads';

type Pairs = readonly (readonly [output: string, input: string])[];

/** What is known of a form. */
export interface FormFacts {
  /** What is computed from, and the gradients of those. */
  readonly sources: readonly string[];
  readonly gradients: readonly string[];
  /** Of the sources and their gradients. */
  readonly extent: Extent;
  /** The layout's options. */
  readonly options: readonly string[];
  /** Outputs that may share an input's memory, and whose. */
  readonly inPlace: Readonly<Record<Direction, Pairs>>;
  /** It may have a bias, and learned parameters. */
  readonly isChanneled: boolean;
  /** What forward gives, y unless given; those after the first may be left out. */
  readonly results?: readonly string[];
  /** Tensors of one value a row. */
  readonly ofRows?: readonly string[];
  /** Of those, the ones of u32. */
  readonly integers?: readonly string[];
  /** Results of forward that spare backward work. */
  readonly saved?: readonly string[];
  /** Elements of y that must stay together. */
  readonly unit: (settings: { readonly columns: number; readonly inner: number; readonly halves?: string }) => number;
}

/** Of a form of rows. */
const rows = {
  sources: ['x'],
  gradients: ['dx'],
  extent: 'elements',
  options: ['columns', 'inner'],
  isChanneled: false,
  unit: ({ columns, inner }) => columns * inner,
} as const satisfies Partial<FormFacts>;

/** Of a form of rows that have one value each. */
const valued = { ...rows, inPlace: { forward: [], backward: [['dx', 'x']] } } as const satisfies FormFacts;

export const forms = {
  element: {
    sources: ['x'],
    gradients: ['dx'],
    extent: 'elements',
    options: ['channels', 'inner'],
    inPlace: {
      forward: [['y', 'x']],
      backward: [
        ['dx', 'dy'],
        ['dx', 'x'],
        ['dx', 'y'],
      ],
    },
    isChanneled: true,
    unit: () => 1,
  },
  gate: {
    sources: ['gate', 'up'],
    gradients: ['dGate', 'dUp'],
    extent: 'elements',
    options: ['channels', 'inner'],
    inPlace: {
      forward: [
        ['y', 'gate'],
        ['y', 'up'],
      ],
      backward: [
        ['dGate', 'gate'],
        ['dUp', 'up'],
      ],
    },
    isChanneled: true,
    unit: () => 1,
  },
  halves: {
    sources: ['x'],
    gradients: ['dx'],
    extent: 'halves',
    options: ['channels', 'inner', 'columns', 'gateFirst', 'halves'],
    inPlace: { forward: [], backward: [['dx', 'x']] },
    isChanneled: true,
    unit: ({ columns, halves }) => (halves === 'interleaved' ? 1 : columns / 2),
  },
  row: { ...rows, inPlace: { forward: [['y', 'x']], backward: [['dx', 'dy']] } },
  value: { ...valued, ofRows: ['y', 'dy'] },
  loss: {
    ...valued,
    sources: ['x', 'labels'],
    results: ['loss', 'logSumExp'],
    ofRows: ['labels', 'loss', 'logSumExp', 'dy'],
    integers: ['labels'],
    saved: ['logSumExp'],
  },
} as const satisfies Record<string, FormFacts>;

/** The form of a call that gives no more than it must. */
export const usualForm = ({ maps, gives, requires }: Definition): 'element' | 'gate' | 'row' | 'value' | 'loss' =>
  maps === 'row' ? (gives ?? 'row') : requires === 'gate' ? 'gate' : 'element';

/** What kind of activation a row is, in one word, for people. */
export function familyOf(definition: Definition): 'elementwise' | 'channelwise' | 'gated' | 'rowwise' {
  const family = { element: 'elementwise', gate: 'gated', row: 'rowwise', value: 'rowwise', loss: 'rowwise' } as const;
  const form = usualForm(definition);
  return form === 'element' && definition.requires ? 'channelwise' : family[form];
}

/** The tensors of a pass. */
export interface Form {
  readonly name: FormName;
  /** Every tensor that is read, by the caller's name. */
  readonly inputs: readonly string[];
  /** Every tensor that may be written; in an array call, every result. */
  readonly outputs: readonly string[];
  readonly inPlace: Pairs;
  readonly extent: (tensor: string) => Extent;
  /** Tensors of u32. */
  readonly integers: readonly string[];
  /** Outputs of an encode call that may be left out. */
  readonly optional: readonly string[];
  /** Tensors of one value a channel that stand for parameters of the functions, with those parameters. */
  readonly learned: readonly (readonly [tensor: string, parameter: string])[];
  readonly hasBias: boolean;
  /** The saved y is read instead of x. */
  readonly fromY: boolean;
}

/** weight → dWeight: the name of its gradient. */
export const gradientOf = (tensor: string): string => `d${tensor[0]!.toUpperCase()}${tensor.slice(1)}`;

/**
 * The form of a call.
 * @throws {TypeError} for tensors that do not go together
 */
export function formOf(
  definition: Definition,
  direction: Direction,
  given: Readonly<Record<string, unknown>>,
  options?: Readonly<Record<string, unknown>> | null,
  where = `${definition.name}.${direction}`,
): Form {
  const has = (tensor: string): boolean => given[tensor] != null;
  const isBackward = direction === 'backward';
  let name: FormName = usualForm(definition);
  if (name === 'element' && (has('gate') || has('up'))) name = 'gate';
  if (definition.maps !== 'row' && has('x') && (name === 'gate' || options?.halves !== undefined)) name = 'halves';
  const facts: FormFacts = forms[name];
  const {
    sources,
    gradients,
    extent,
    inPlace,
    isChanneled,
    results = ['y'],
    ofRows = [],
    integers = [],
    saved = [],
  } = facts;
  const mayBeFromY = isBackward && (name === 'element' || name === 'row');
  if (mayBeFromY && has('y') && has('x')) throw new TypeError(`${where}: expected x or y, got both`);
  const fromY = mayBeFromY && has('y');
  if (fromY && !definition.fromY)
    throw new TypeError(`${where}: expected x, got y; its derivative is no function of y`);
  const inputs = fromY ? ['y'] : [...sources, ...(isBackward ? saved.filter(has) : [])];
  const learned = Object.entries(definition.learned).filter(
    ([tensor]) => tensor === definition.requires || has(tensor),
  );
  if (fromY && learned.length)
    throw new TypeError(`${where}: expected x with a learned ${learned[0]![0]}, got y: the slope may have either sign`);
  const hasBias = isChanneled && has('bias');
  const beside = definition.sight?.tensors(where, direction, has, fromY, options?.logSumExp === true);
  const ofChannels = [...learned.map(([tensor]) => tensor), ...(hasBias ? ['bias'] : [])];
  const wide = new Set([...inputs, ...gradients]);
  const channeled = new Set([...ofChannels, ...ofChannels.map(gradientOf)]);
  const outputs = [
    ...(isBackward ? [...gradients, ...ofChannels.map(gradientOf)] : results),
    ...(beside?.outputs ?? []),
  ];
  return {
    name,
    inputs: [...inputs, ...ofChannels, ...(beside?.inputs ?? []), ...(isBackward ? ['dy'] : [])],
    outputs,
    optional: isBackward ? outputs : outputs.slice(1),
    integers,
    inPlace: inPlace[direction],
    extent: (tensor) =>
      beside?.extents[tensor] ??
      (ofRows.includes(tensor) ? 'rows' : channeled.has(tensor) ? 'channels' : wide.has(tensor) ? extent : 'elements'),
    learned,
    hasBias,
    fromY,
  };
}
