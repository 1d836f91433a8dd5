import type { Definition } from '../definition.js';
import { formOf, usualForm } from '../forms.js';
import { type ArrayCalls, compute, type Options, type Tensors } from './compute.js';
import { permute, type Tensor } from './layout.js';

/** Whether an activation works along an axis, which suites name `axis` and the library takes to be the last one. */
export const hasAxis = (definition: Definition): boolean => usualForm(definition) !== 'element';

/**
 * One pass along any axis: moves it to the end, computes, moves it back. A gated unit on a single x takes its halves along
 * that axis; the gate is the first, but for glu the second, as in PyTorch and ONNX, unless `gateFirst` says otherwise.
 * @throws {RangeError} for an axis that x does not have, or that has no halves
 */
export async function computeAlong(
  axis: number,
  gpu: ArrayCalls,
  definition: Definition,
  direction: 'forward' | 'backward',
  tensors: Tensors,
  options: Options,
): Promise<Tensors> {
  const { shape } = tensors.x ?? Object.values(tensors)[0]!;
  // A scalar is a row of one.
  const rank = Math.max(shape.length, 1);
  const position = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(position) || position < 0 || position >= rank)
    throw new RangeError(`expected an axis of [${shape.join(', ')}], got ${axis}`);
  const order = [...Array(shape.length).keys()].filter((other) => other !== position);
  if (shape.length) order.push(position);
  const back = order.map((_, index) => order.indexOf(index));
  // a value of each row, or of each sink, has no such axis
  const { extent } = formOf(definition, direction, tensors, options);
  const moved = (to: readonly number[]) => (tensor: Tensor, name: string) =>
    ['rows', 'heads'].includes(extent(name)) ? tensor : permute(tensor, to);
  const rows = mapTensors(tensors, moved(order));
  const calculate = usualForm(definition) === 'gate' && rows.x ? computeHalves : compute;
  const results = await calculate(gpu, definition, direction, rows, options);
  return mapTensors(results, moved(back));
}

async function computeHalves(
  ...[gpu, definition, direction, { x, ...rest }, options]: Parameters<typeof compute>
): Promise<Tensors> {
  const { gateFirst = definition.name !== 'glu', ...parameters } = options;
  const [first, second] = split(x!);
  const halves = gateFirst ? { gate: first, up: second } : { gate: second, up: first };
  const results = await compute(gpu, definition, direction, { ...halves, ...rest }, parameters);
  const { dGate, dUp } = results;
  if (!dGate || !dUp) return results;
  return { dx: gateFirst ? join(dGate, dUp) : join(dUp, dGate) };
}

function split({ shape, data }: Tensor): [Tensor, Tensor] {
  const columns = shape.at(-1) ?? 1;
  if (columns % 2) throw new RangeError(`expected an even length along the axis of the gate, got ${columns}`);
  const half = columns / 2;
  const halfFrom = (start: number): Tensor => {
    const part = new Float32Array(data.length / 2);
    for (let row = 0; row * half < part.length; row++)
      part.set(data.subarray(row * columns + start, row * columns + start + half), row * half);
    return { shape: [...shape.slice(0, -1), half], data: part };
  };
  return [halfFrom(0), halfFrom(half)];
}

function join(first: Tensor, second: Tensor): Tensor {
  const half = first.shape.at(-1)!;
  const data = new Float32Array(first.data.length * 2);
  for (let row = 0; row * half < first.data.length; row++) {
    data.set(first.data.subarray(row * half, (row + 1) * half), row * 2 * half);
    data.set(second.data.subarray(row * half, (row + 1) * half), row * 2 * half + half);
  }
  return { shape: [...first.shape.slice(0, -1), half * 2], data };
}

function mapTensors(tensors: Tensors, change: (tensor: Tensor, name: string) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]));
}
