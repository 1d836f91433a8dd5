import type { Definition } from '../definition.js';
import { formOf } from '../forms.js';
import { type ArrayCalls, compute, type Options, type Tensors } from './compute.js';
import { padShape, permute, type Tensor } from './layout.js';

/**
 * One pass along any axis: moves it to the end, computes, moves it back. What broadcasts against x moves as it would with axes of
 * one element before its own. The gate of a unit on a single x is the first half, or the first of two, but for glu the second, as
 * in PyTorch and ONNX, unless `gateFirst` says otherwise.
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
  const { extent, name: form } = formOf(definition, direction, tensors, options);
  const moved = (to: readonly number[]) => (tensor: Tensor, name: string) =>
    ['rows', 'heads'].includes(extent(name))
      ? tensor
      : permute({ ...tensor, shape: padShape(tensor.shape, shape.length) }, to);
  const { gateFirst = definition.name !== 'glu' } = options;
  const rows = mapTensors(tensors, moved(order));
  const results = await compute(gpu, definition, direction, rows, {
    ...options,
    ...(form === 'halves' && { gateFirst }),
  });
  return mapTensors(results, moved(back));
}

function mapTensors(tensors: Tensors, change: (tensor: Tensor, name: string) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]));
}
