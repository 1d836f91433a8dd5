/** A row-major array with its shape. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Reorders the axes: axis i of the result is axis `order[i]` of the source. */
export function permute({ shape, data }: Tensor, order: readonly number[]): Tensor {
  const strides = rowMajorStrides(shape);
  const permuted = order.map((axis) => shape[axis]!);
  const result = new Float32Array(data.length);
  walk(
    permuted,
    order.map((axis) => strides[axis]!),
    (position, source) => {
      result[position] = data[source]!;
    },
  );
  return { shape: permuted, data: result };
}

/** The shape two arrays broadcast to by NumPy's rules: aligned at the last axis, sizes equal or 1. @throws {RangeError} */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const padded = [a, b].map((shape) => padShape(shape, rank));
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [padded[0]![axis]!, padded[1]![axis]!];
    if (left !== right && left !== 1 && right !== 1)
      throw new RangeError(`expected shapes that broadcast, got [${a.join(', ')}] and [${b.join(', ')}]`);
    return left === 1 ? right : left;
  });
}

/** Repeats an array along the axes in which `shape` is larger. */
export function expand(tensor: Tensor, shape: readonly number[]): Tensor {
  if (isSameShape(tensor.shape, shape)) return tensor;
  const data = new Float32Array(elementCount(shape));
  walk(shape, broadcastStrides(tensor.shape, shape), (position, source) => {
    data[position] = tensor.data[source]!;
  });
  return { shape, data };
}

/** The reverse of `expand` for gradients: sums, in float64, over the axes along which `shape` was repeated. */
export function sumTo(tensor: Tensor, shape: readonly number[]): Tensor {
  if (isSameShape(tensor.shape, shape)) return tensor;
  const sums = new Float64Array(elementCount(shape));
  walk(tensor.shape, broadcastStrides(shape, tensor.shape), (position, target) => {
    sums[target] = sums[target]! + tensor.data[position]!;
  });
  return { shape, data: Float32Array.from(sums) };
}

/**
 * A weight of shape `weight` over x of shape `x` as the [outer, channels, inner] layout of the library, where its axes
 * larger than 1 are neighbours; undefined where no such layout exists.
 */
export function channelLayout(
  weight: readonly number[],
  x: readonly number[],
): { channels: number; inner: number } | undefined {
  const padded = padShape(weight, x.length);
  const first = padded.findIndex((size) => size !== 1);
  if (first < 0) return { channels: 1, inner: 1 };
  const last = padded.findLastIndex((size) => size !== 1);
  if (padded.slice(first, last + 1).some((size, index) => size !== x[first + index])) return undefined;
  return { channels: elementCount(weight), inner: elementCount(x.slice(last + 1)) };
}

/** With as many axes as `rank`, those of one element first; as it is where it has them. */
export function padShape(shape: readonly number[], rank: number): number[] {
  return [...Array<number>(Math.max(rank - shape.length, 0)).fill(1), ...shape];
}

function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Strides that read an array of shape `from` at the positions of shape `to`: 0 along the repeated axes. */
function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const padded = padShape(from, to.length);
  return rowMajorStrides(padded).map((stride, axis) => (padded[axis] === 1 ? 0 : stride));
}

/** Visits every position of a row-major shape in order, with the offset that the strides give it. */
function walk(
  shape: readonly number[],
  strides: readonly number[],
  visit: (position: number, offset: number) => void,
): void {
  const count = elementCount(shape);
  const index = Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let position = 0; position < count; position++) {
    visit(position, offset);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
      offset -= strides[axis]! * shape[axis]!;
    }
  }
}
