import type { Definition } from '../catalogue.js';
import { broadcastShape, channelLayout, elementCount, expand, isSameShape, sumTo, type Tensor } from './layout.js';

export type Tensors = Readonly<Record<string, Tensor>>;
export type Options = Readonly<Record<string, unknown>>;

export type Arrays = Readonly<Record<string, Float32Array>>;

/** The array calls of the library, and all of it that the comparisons with other suites need. */
export interface ArrayCalls {
  forward(name: string | Definition, tensors: Arrays, options?: Options): Promise<Arrays>;
  backward(name: string | Definition, tensors: Arrays, options?: Options): Promise<Arrays>;
}

/**
 * One pass over shaped arrays; a row-wise one along the last axis. A weight broadcasts against x by NumPy's rules, unless
 * `options` give its layout (`channels`, `inner`).
 * @throws {RangeError} for shapes that do not fit each other
 */
export async function compute(
  gpu: ArrayCalls,
  definition: Definition,
  direction: 'forward' | 'backward',
  tensors: Tensors,
  options: Options,
): Promise<Tensors> {
  if (definition.family === 'channelwise' && !('channels' in options) && !('inner' in options))
    return computeBroadcast(gpu, definition, direction, tensors, options);
  const { weight, ...rest } = tensors;
  const shape = commonShape(rest);
  const layout = definition.family === 'rowwise' ? { columns: shape.at(-1) ?? 1 } : {};
  // An array without elements has rows of no length, which the library refuses.
  if (layout.columns === 0)
    return withShapes({ [direction === 'forward' ? 'y' : 'dx']: new Float32Array(0) }, () => shape);
  const results = await gpu[direction](definition.name, dataOf(tensors), { ...options, ...layout });
  return withShapes(results, (name) => (name === 'dWeight' ? weight!.shape : shape));
}

async function computeBroadcast(
  gpu: ArrayCalls,
  definition: Definition,
  direction: 'forward' | 'backward',
  tensors: Tensors,
  options: Options,
): Promise<Tensors> {
  const { weight, x, dy } = tensors;
  if (!weight || !x) throw new RangeError(`${definition.name}.${direction}: expected x and weight`);
  // Leading axes of one element add nothing: a weight of shape [1] leaves a scalar x a scalar.
  const leading = Math.max(weight.shape.length - x.shape.length, 0);
  const isPadded = weight.shape.slice(0, leading).every((size) => size === 1);
  const weightShape = isPadded ? weight.shape.slice(leading) : weight.shape;
  const shape = broadcastShape(x.shape, weightShape);
  if (dy && !isSameShape(dy.shape, shape))
    throw new RangeError(`expected dy of shape [${shape.join(', ')}], got [${dy.shape.join(', ')}]`);
  if (elementCount(shape) === 0) return emptyResults(direction, shape, x.shape, weight.shape);
  // Where the weight's axes are no neighbours, every element gets a channel of its own.
  const layout = channelLayout(weightShape, shape);
  const spread = layout ? weight : expand({ ...weight, shape: weightShape }, shape);
  const given = { ...tensors, x: expand(x, shape), weight: spread };
  const results = await gpu[direction](definition.name, dataOf(given), {
    ...options,
    ...(layout ?? { channels: spread.data.length, inner: 1 }),
  });
  const { y, dx, dWeight } = withShapes(results, (name) => (name === 'dWeight' ? spread.shape : shape));
  if (direction === 'forward') return { y: y! };
  const { data } = layout ? dWeight! : sumTo(dWeight!, weightShape);
  return { dx: sumTo(dx!, x.shape), dWeight: { shape: weight.shape, data } };
}

/** Without elements there is no work for the GPU: every sum over nothing is 0. */
function emptyResults(
  direction: 'forward' | 'backward',
  y: readonly number[],
  x: readonly number[],
  weight: readonly number[],
): Tensors {
  const zeros = (shape: readonly number[]): Tensor => ({ shape, data: new Float32Array(elementCount(shape)) });
  return direction === 'forward' ? { y: zeros(y) } : { dx: zeros(x), dWeight: zeros(weight) };
}

function commonShape(tensors: Tensors): readonly number[] {
  const [[first, { shape }] = fail('at least one tensor'), ...others] = Object.entries(tensors);
  for (const [name, other] of others)
    if (!isSameShape(other.shape, shape))
      fail(`${name} of ${first}'s shape [${shape.join(', ')}], got [${other.shape.join(', ')}]`);
  return shape;
}

function dataOf(tensors: Tensors): Arrays {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]));
}

function withShapes(arrays: Arrays, shapeOf: (name: string) => readonly number[]): Tensors {
  return Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, { shape: shapeOf(name), data }]));
}

function fail(expected: string): never {
  throw new RangeError(`expected ${expected}`);
}
