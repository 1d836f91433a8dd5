/**
 * The body of an elementwise or gated pass: which files make it, where its tensors are read, what is bound. The grids
 * (flat.wgsl, channels.wgsl) run it on a group of elements.
 */
import type { Settings } from '../arguments.js';
import { type Definition, resolveActivation } from '../catalogue.js';
import { storages } from '../storage.js';
import {
  type Binding,
  bindElements,
  bindWhole,
  type Call,
  elementBytes,
  type ParamsFields,
  type Piece,
  planPieces,
} from './grid.js';

export interface Body {
  /** The elementwise activation whose functions are called. */
  readonly activation: Definition;
  readonly files: readonly string[];
  readonly reads: Readonly<Record<string, string>>;
  readonly constants: Readonly<Record<string, number>>;
  readonly params: Partial<ParamsFields>;
  bind(start: number, count: number): Binding[];
}

/** True where gate and up are the halves of x's rows. */
export const isHalves = ({ definition, ranges }: Call): boolean =>
  definition.family === 'gated' && ranges.x !== undefined;

/** The pieces of y that one dispatch each can bind; halves are twice as long and cut between rows. */
export function bodyPieces(call: Call): Piece[] {
  const { definition, direction, n, settings, limits } = call;
  const [unit, scale] = isHalves(call) ? [settings.columns / 2, 2] : [1, 1];
  return planPieces(`${definition.name}.${direction}`, n, elementBytes(settings), limits, unit, scale);
}

/** Lanes of four need rows of whole groups where a row is cut in halves. */
export const bodyLanes = (call: Call): 1 | 4 => (isHalves(call) && (call.settings.columns / 2) % 4 ? 1 : 4);

export function planBody(call: Call, lanes: 1 | 4): Body {
  const { definition, direction, settings, ranges, inPlace, fromY } = call;
  const gated = definition.family === 'gated';
  const halves = isHalves(call);
  const isBackward = direction === 'backward';
  const channel = ranges.weight || ranges.bias ? planChannel(settings, lanes) : undefined;
  const hasBias = ranges.bias !== undefined && !fromY; // y already has the bias in it
  const read = (name: string): string => Object.entries(inPlace).find(([, input]) => input === name)?.[0] ?? name;
  const inputs = gated ? (halves ? ['x'] : ['gate', 'up']) : ['x'];
  const outputs = isBackward ? (gated && !halves ? ['dGate', 'dUp'] : ['dx']) : ['y'];
  const tensors = [...inputs, ...(isBackward ? ['dy'] : []), ...outputs].filter((name) => read(name) === name);
  const activation = definition.activate ? resolveActivation(definition.activate) : definition;
  return {
    activation,
    files: [
      `lanes_${lanes}`,
      ...storages[settings.dtype].files(lanes, gated && !halves),
      ...(channel ? [`channel_${channel.layout}`] : []),
      hasBias ? 'bias_added' : 'bias_none',
      ...(gated ? [halves ? 'gated_halves' : 'gated_apart', 'gated'] : ['elementwise']),
    ],
    reads: {
      upstream: read('dy'),
      ...(gated ? { gate_at: read(halves ? 'x' : 'gate'), up_at: read(halves ? 'x' : 'up') } : { source: read('x') }),
    },
    constants: {
      ...activation.overrides?.(settings.parameters),
      ...(isBackward && definition.flat && { flat: 1 }),
      ...(isBackward && settings.accumulate && { accumulate: 1 }),
      ...(halves && { gate_first: Number(settings.gateFirst) }),
    },
    params: { ...channel?.params, ...(halves && { half: settings.columns / 2 / lanes }) },
    bind: (start, count) => [
      ...tensors.map((name) =>
        halves && (name === 'x' || name === 'dx')
          ? bindElements(call, name, 2 * start, 2 * count)
          : bindElements(call, name, start, count),
      ),
      ...(ranges.weight ? [bindWhole(call, 'weight')] : []),
      ...(hasBias ? [bindWhole(call, 'bias')] : []),
    ],
  };
}

/** How a learned parameter's values lie under the lanes of a group: `shaders/kernels/channel_*.wgsl`. */
export function planChannel(
  { channels, inner }: Settings,
  lanes: 1 | 4,
): { layout: 'single' | 'shared' | 'vector' | 'gather'; params: Partial<ParamsFields> } {
  if (channels === 1) return { layout: 'single', params: {} };
  if (inner % lanes === 0) return { layout: 'shared', params: { channels, inner: inner / lanes } };
  if (inner === 1 && channels % lanes === 0) return { layout: 'vector', params: { channels: channels / lanes, inner } };
  return { layout: 'gather', params: { channels, inner } };
}
