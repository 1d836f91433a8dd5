import type { Definition } from '../definition.js';
import { type Extent, formOf, gradientOf } from '../forms.js';
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
 * One pass over shaped arrays; a row-wise one along the last axis, or along the one before the axes of `inner` elements. Gate and up
 * in one x lie along its last axis. A bias, learned parameters and a mask broadcast against y by NumPy's rules, unless `options`
 * give the layout (`channels`, `inner`; `maskBlock`, `maskRows`).
 * @throws {RangeError} for shapes that do not fit each other
 */
export function compute(
  gpu: ArrayCalls,
  definition: Definition,
  direction: 'forward' | 'backward',
  tensors: Tensors,
  options: Options,
): Promise<Tensors> {
  const isBroadcast = learnedOf(definition, tensors).length && !('channels' in options) && !('inner' in options);
  return (isBroadcast ? computeBroadcast : computeLaidOut)(gpu, definition, direction, tensors, options);
}

/** dx is that of x. */
const ownGradientOf = (tensor: string): string => (tensor === 'x' ? 'dx' : gradientOf(tensor));

/** What broadcasts: learned parameters, and a bias. */
const learnedOf = ({ learned, maps }: Definition, tensors: Tensors): string[] =>
  [...Object.keys(learned), ...(maps === 'row' ? [] : ['bias'])].filter((name) => tensors[name]);

type ExtentOf = (tensor: string) => Extent;

async function computeLaidOut(...[gpu, definition, direction, tensors, options]: Parameters<typeof compute>) {
  const { name: form, extent, integers, outputs } = formOf(definition, direction, tensors, options);
  const shape = shapeOfY(tensors, extent);
  const hasRows = definition.maps === 'row';
  const axis = hasRows ? axisBefore(shape, (options.inner as number | undefined) ?? 1) : shape.length - 1;
  const columns = shape[axis] ?? 1;
  const layout = hasRows ? { columns } : form === 'halves' ? { columns: 2 * columns } : {};
  const shapeOfRows = shape.filter((_, index) => index !== axis);
  const owners = new Map(Object.entries(tensors).map(([name, tensor]) => [ownGradientOf(name), tensor.shape]));
  const shapeOf = (name: string) => (extent(name) === 'rows' ? shapeOfRows : (owners.get(name) ?? shape));
  // An array without elements has rows of no length, which the library refuses.
  if (layout.columns === 0)
    return withShapes(Object.fromEntries(outputs.map((name) => [name, new Float32Array(0)])), shapeOf);
  for (const [name, tensor] of Object.entries(tensors))
    if (extent(name) === 'rows' && !isSameShape(withoutOnes(tensor.shape), withoutOnes(shapeOfRows)))
      fail(`${name} of shape [${shapeOfRows.join(', ')}], got [${tensor.shape.join(', ')}]`);
  const given: Record<string, Float32Array> = { ...dataOf(tensors) };
  if (tensors.mask && !('maskBlock' in options) && !('maskRows' in options))
    given.mask = repeatedMask(tensors.mask, [...shapeOfRows, columns]);
  // −1 is the label 2³² − 1
  for (const name of integers)
    if (given[name]) given[name] = Uint32Array.from(given[name], (label) => label >>> 0) as unknown as Float32Array;
  return withShapes(await gpu[direction](definition, given, { ...options, ...layout }), shapeOf);
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

/** Learned tensors, each broadcast against y, and what y is made from against them. */
async function computeBroadcast(...[gpu, definition, direction, tensors, options]: Parameters<typeof compute>) {
  const { name: form, extent, outputs } = formOf(definition, direction, tensors, options);
  const { dy, ...sources } = tensors;
  const own = shapeOfY(sources, extent);
  const learned = learnedOf(definition, tensors);
  // Leading axes of one element add nothing: a weight of shape [1] leaves a scalar x a scalar.
  const aligned = learned.map((name) => {
    const { shape } = tensors[name]!;
    const leading = Math.max(shape.length - own.length, 0);
    return shape.slice(0, leading).every((size) => size === 1) ? shape.slice(leading) : shape;
  });
  const shape = aligned.reduce((all, each) => broadcastShape(all, each), own);
  if (form === 'halves' && !isSameShape(shape, own)) fail(`learned tensors that broadcast to [${own.join(', ')}]`);
  if (dy && !isSameShape(dy.shape, shape)) fail(`dy of shape [${shape.join(', ')}], got [${dy.shape.join(', ')}]`);
  // Without elements there is no work for the GPU: every sum over nothing is 0.
  if (elementCount(shape) === 0) {
    const owners = new Map(Object.entries(sources).map(([name, of]) => [ownGradientOf(name), of.shape]));
    const shapes = outputs.map((name) => [name, owners.get(name) ?? shape] as const);
    return Object.fromEntries(
      shapes.map(([name, of]) => [name, { shape: of, data: new Float32Array(elementCount(of)) }]),
    );
  }
  // Where their axes are no neighbours, or not the same, every element gets a channel of its own.
  const [first = { channels: 1, inner: 1 }, ...others] = aligned
    .filter((each) => elementCount(each) !== 1)
    .map((each) => channelLayout(each, shape) ?? { channels: 0, inner: 0 });
  const isOne =
    first.channels > 0 && others.every(({ channels, inner }) => channels === first.channels && inner === first.inner);
  const given: Record<string, Tensor> = { ...tensors };
  for (const [name, tensor] of Object.entries(sources)) {
    const to = aligned[learned.indexOf(name)];
    if (!to) given[name] = extent(name) === 'elements' ? expand(tensor, shape) : tensor;
    else if (!isOne && elementCount(to) !== 1) given[name] = expand({ ...tensor, shape: to }, shape);
  }
  const layout = isOne ? first : { channels: elementCount(shape), inner: 1 };
  const results: Record<string, Tensor> = {
    ...(await computeLaidOut(gpu, definition, direction, given, { ...options, ...layout })),
  };
  // what was repeated is summed
  for (const [name, { shape: to }] of Object.entries(sources)) {
    const gradient = results[ownGradientOf(name)];
    if (gradient)
      results[ownGradientOf(name)] = { ...sumTo(gradient, aligned[learned.indexOf(name)] ?? to), shape: to };
  }
  return results;
}

/** The shape of what has an element for each of y's, all the same; gate and up of one x have half of its last axis each. */
function shapeOfY(tensors: Tensors, extent: ExtentOf): readonly number[] {
  const shapes = Object.entries(tensors).flatMap(([name, { shape }]) => {
    if (extent(name) === 'elements') return [[name, shape] as const];
    if (extent(name) !== 'halves') return [];
    const columns = shape.at(-1) ?? 1;
    if (columns % 2) fail(`an even length along the axis of the gate, got ${columns}`);
    return [[`half of ${name}`, [...shape.slice(0, -1), columns / 2]] as const];
  });
  const [[first, shape] = fail('at least one tensor'), ...others] = shapes;
  for (const [name, other] of others)
    if (!isSameShape(other, shape))
      fail(`${name} of ${first}'s shape [${shape.join(', ')}], got [${other.join(', ')}]`);
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
