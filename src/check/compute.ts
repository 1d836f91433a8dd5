import type { Definition } from '../definition.js';
import { formOf, forms, gradientOf, usualForm } from '../forms.js';
import { broadcastShape, channelLayout, elementCount, expand, isSameShape, sumTo, type Tensor } from './layout.js';

export type Tensors = Readonly<Record<string, Tensor>>;
export type Options = Readonly<Record<string, unknown>>;

export type Arrays = Readonly<Record<string, Float32Array>>;

/** The array calls of the library, and all of it that the comparisons with other suites need. */
export interface ArrayCalls {
  /** y of the tensors. */
  forward(name: string | Definition, tensors: Arrays, options?: Options): Promise<Arrays>;
  /** The gradients of the tensors. */
  backward(name: string | Definition, tensors: Arrays, options?: Options): Promise<Arrays>;
}

/**
 * One pass over shaped arrays; a row-wise one along the last axis, or along the one before the axes of `inner` elements. A weight
 * and a mask broadcast against x by NumPy's rules, unless `options` give the layout (`channels`, `inner`; `maskBlock`, `maskRows`).
 * @throws {RangeError} for shapes that do not fit each other
 */
export async function compute(
  gpu: ArrayCalls,
  definition: Definition,
  direction: 'forward' | 'backward',
  tensors: Tensors,
  options: Options,
): Promise<Tensors> {
  const learned = Object.keys(definition.learned).filter((name) => tensors[name]);
  if (learned.length && !('channels' in options) && !('inner' in options))
    return computeBroadcast(gpu, definition, direction, tensors, options);
  const { extent, integers, outputs } = formOf(definition, direction, tensors, options);
  const isOfRows = (name: string): boolean => extent(name) === 'rows';
  const isOfHeads = (name: string): boolean => extent(name) === 'heads';
  const rest = Object.fromEntries(
    Object.entries(tensors).filter(
      ([name]) => !learned.includes(name) && !isOfRows(name) && !isOfHeads(name) && extent(name) !== 'mask',
    ),
  );
  const shape = commonShape(rest);
  const hasRows = forms[usualForm(definition)].unit({ columns: 2, inner: 1 }) > 1;
  const axis = hasRows ? axisBefore(shape, (options.inner as number | undefined) ?? 1) : shape.length - 1;
  const layout = hasRows ? { columns: shape[axis] ?? 1 } : {};
  // An array without elements has rows of no length, which the library refuses.
  if (layout.columns === 0)
    return withShapes(Object.fromEntries(outputs.map((name) => [name, new Float32Array(0)])), () => shape);
  const shapeOfRows = shape.filter((_, index) => index !== axis);
  for (const [name, tensor] of Object.entries(tensors))
    if (isOfRows(name) && !isSameShape(withoutOnes(tensor.shape), withoutOnes(shapeOfRows)))
      fail(`${name} of shape [${shapeOfRows.join(', ')}], got [${tensor.shape.join(', ')}]`);
  const given: Record<string, Float32Array> = { ...dataOf(tensors) };
  if (tensors.mask && !('maskBlock' in options) && !('maskRows' in options))
    given.mask = repeatedMask(tensors.mask, [...shapeOfRows, layout.columns ?? 1]);
  // −1 is the label 2³² − 1
  for (const name of integers)
    if (given[name]) given[name] = Uint32Array.from(given[name], (label) => label >>> 0) as unknown as Float32Array;
  const results = await gpu[direction](definition, given, { ...options, ...layout });
  const owners = [...learned, ...Object.keys(tensors).filter(isOfHeads)];
  const gradients = new Map(owners.map((name) => [gradientOf(name), tensors[name]!.shape]));
  return withShapes(results, (name) => (isOfRows(name) ? shapeOfRows : (gradients.get(name) ?? shape)));
}

/** The axis before those of `inner` elements. @throws {RangeError} where there is none */
function axisBefore(shape: readonly number[], inner: number): number {
  let axis = shape.length - 1;
  for (let count = 1; count < inner && axis > 0; axis--) count *= shape[axis]!;
  if (elementCount(shape.slice(axis + 1)) !== inner)
    fail(`last axes of inner = ${inner} elements together after that of the rows, got [${shape.join(', ')}]`);
  return axis;
}

/** A mask repeated to whole rows, and to as many as begin again after the last. @throws {RangeError} */
function repeatedMask(mask: Tensor, rows: readonly number[]): Float32Array {
  const spare = rows.length - mask.shape.length;
  const sizes = [...Array<number>(Math.max(spare, 0)).fill(1), ...mask.shape];
  if (!isSameShape(broadcastShape(rows, sizes), rows))
    fail(`mask of a shape that broadcasts to [${rows.join(', ')}], got [${mask.shape.join(', ')}]`);
  const first = sizes.findIndex((size) => size !== 1);
  const from = first < 0 ? rows.length - 1 : first;
  return expand({ data: mask.data, shape: sizes.slice(from) }, rows.slice(from)).data;
}

/** One value a row may keep the axis of its row, of one element. */
const withoutOnes = (shape: readonly number[]): number[] => shape.filter((size) => size !== 1);

/** Learned tensors of one shape, broadcast against x. */
async function computeBroadcast(
  gpu: ArrayCalls,
  definition: Definition,
  direction: 'forward' | 'backward',
  tensors: Tensors,
  options: Options,
): Promise<Tensors> {
  const { x, dy } = tensors;
  const names = Object.keys(definition.learned).filter((name) => tensors[name]);
  const weight = tensors[names[0]!];
  if (!weight || !x) throw new RangeError(`${definition.name}.${direction}: expected x and ${names[0]}`);
  // Leading axes of one element add nothing: a weight of shape [1] leaves a scalar x a scalar.
  const leading = Math.max(weight.shape.length - x.shape.length, 0);
  const isPadded = weight.shape.slice(0, leading).every((size) => size === 1);
  const weightShape = isPadded ? weight.shape.slice(leading) : weight.shape;
  const shape = broadcastShape(x.shape, weightShape);
  if (dy && !isSameShape(dy.shape, shape))
    throw new RangeError(`expected dy of shape [${shape.join(', ')}], got [${dy.shape.join(', ')}]`);
  const zeros = (of: readonly number[]): Tensor => ({ shape: of, data: new Float32Array(elementCount(of)) });
  // Without elements there is no work for the GPU: every sum over nothing is 0.
  if (elementCount(shape) === 0)
    return direction === 'forward'
      ? { y: zeros(shape) }
      : { dx: zeros(x.shape), ...Object.fromEntries(names.map((name) => [gradientOf(name), zeros(weight.shape)])) };
  // Where the weight's axes are no neighbours, every element gets a channel of its own.
  const layout = channelLayout(weightShape, shape);
  const spread = (tensor: Tensor): Tensor => (layout ? tensor : expand({ ...tensor, shape: weightShape }, shape));
  const learned = Object.fromEntries(names.map((name) => [name, spread(tensors[name]!)]));
  const given = { ...tensors, x: expand(x, shape), ...learned };
  const results = await gpu[direction](definition, dataOf(given), {
    ...options,
    ...(layout ?? { channels: elementCount(shape), inner: 1 }),
  });
  if (direction === 'forward') return withShapes(results, () => shape);
  const { dx, ...gradients } = results;
  const own = Object.entries(gradients).map(([name, data]) => [
    name,
    { shape: weight.shape, data: layout ? data : sumTo({ shape, data }, weightShape).data },
  ]);
  return { dx: sumTo({ shape, data: dx! }, x.shape), ...Object.fromEntries(own) };
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
