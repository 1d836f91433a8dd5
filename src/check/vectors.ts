import { isJsonNumber, type JsonNumber } from './json.js';
import { elementCount } from './layout.js';

/** A conformance vector, its aliases resolved and its shapes complete. */
export interface Vector {
  readonly suite: string;
  readonly name: string;
  readonly op: string;
  readonly direction: 'forward' | 'backward';
  readonly params: Readonly<Record<string, unknown>>;
  readonly dtype: string;
  readonly inputs: Readonly<Record<string, VectorTensor>>;
  readonly expected: Readonly<Record<string, VectorTensor>>;
  /** null: this library's own bound. */
  readonly tolerance: { readonly metric: 'ULP' | 'ATOL' | 'RTOL'; readonly value: number } | null;
}

export interface VectorTensor {
  readonly shape: readonly number[];
  readonly values: readonly JsonNumber[];
}

const aliases: Readonly<Record<string, string>> = { slope: 'weight', dslope: 'dWeight', dSlope: 'dWeight' };

/**
 * Reads a JSON array of vectors. What is well formed but unknown here (an activation, a parameter, a data type) is kept, to
 * be reported as unsupported; what is malformed is an error.
 * @throws {TypeError} "vector 3 (its name): expected …, got …"; {SyntaxError} for text that is no JSON
 */
export function parseVectors(text: string): Vector[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new TypeError(`expected a JSON array of vectors, got ${show(list)}`);
  return list.map((vector, index) => {
    const name = isRecord(vector) && typeof vector.name === 'string' ? ` (${vector.name})` : '';
    return readVector(vector, `vector ${index}${name}`);
  });
}

const defaults: Readonly<Record<string, unknown>> = { suite: '', name: '', params: {}, dtype: 'float32' };

function readVector(vector: unknown, where: string): Vector {
  if (!isRecord(vector)) return fail(where, 'an object', vector);
  const { op, direction, inputs, expected } = vector;
  const { suite, name, params, dtype } = { ...defaults, ...withoutNulls(vector) };
  if (typeof suite !== 'string' || typeof name !== 'string') return fail(where, 'suite and name to be text', vector);
  if (typeof op !== 'string') return fail(where, 'op to be a name', op);
  if (direction !== 'forward' && direction !== 'backward')
    return fail(where, 'direction forward or backward', direction);
  if (!isRecord(params)) return fail(where, 'params to be an object', params);
  if (typeof dtype !== 'string') return fail(where, 'dtype to be a name', dtype);
  const shapeOf = readShapes(vector, where);
  const result: Vector = {
    suite,
    name,
    op,
    direction,
    params,
    dtype,
    inputs: readTensors(inputs, shapeOf, `${where}: inputs`),
    expected: readTensors(expected, shapeOf, `${where}: expected`),
    tolerance: readTolerance(vector.tolerance ?? null, where),
  };
  if (!Object.keys(result.expected).length) return fail(where, 'at least one expected tensor', expected);
  return result;
}

const ofElements = ['x', 'y', 'dx', 'dy', 'gate', 'up', 'dGate', 'dUp'];

/** The shape of a tensor: its own in `shapes`, else the vector's; one of another length than that, a weight say, is one axis. */
function readShapes(
  vector: Record<string, unknown>,
  where: string,
): (name: string, length: number) => readonly number[] {
  const { shape, shapes }: Record<string, unknown> = { shapes: {}, ...withoutNulls(vector) };
  if (!isRecord(shapes)) return fail(where, 'shapes to be an object', shapes);
  for (const value of [shape, ...Object.values(shapes)])
    if (value !== undefined && !isShape(value)) return fail(where, 'a shape to be an array of lengths', value);
  const own = new Map(Object.entries(shapes).map(([name, value]) => [canonical(name), value as number[]]));
  return (given, length) => {
    const name = canonical(given);
    const isFixed = ofElements.includes(name);
    const fallback = isShape(shape) && (isFixed || elementCount(shape) === length) ? shape : [length];
    return own.get(name) ?? fallback;
  };
}

function readTensors(
  tensors: unknown,
  shapeOf: (name: string, length: number) => readonly number[],
  where: string,
): Record<string, VectorTensor> {
  if (!isRecord(tensors)) return fail(where, 'an object of tensors', tensors);
  const result: Record<string, VectorTensor> = {};
  for (const [name, given] of Object.entries(tensors)) {
    const values: unknown = Array.isArray(given) ? given : [given];
    if (!Array.isArray(values) || !values.every(isJsonNumber))
      return fail(where, `${name} to be an array of numbers, "NaN", "Infinity" or "-Infinity"`, given);
    const shape = shapeOf(name, values.length);
    if (elementCount(shape) !== values.length)
      return fail(
        where,
        `${name} to have ${elementCount(shape)} values for its shape [${shape.join(', ')}]`,
        values.length,
      );
    result[canonical(name)] = { shape, values };
  }
  return result;
}

function readTolerance(tolerance: unknown, where: string): Vector['tolerance'] {
  if (tolerance === null) return null;
  if (!isRecord(tolerance)) return fail(where, 'tolerance to be null or { metric, value }', tolerance);
  const { metric, value } = tolerance;
  if (metric !== 'ULP' && metric !== 'ATOL' && metric !== 'RTOL')
    return fail(where, 'metric ULP, ATOL or RTOL', metric);
  if (typeof value !== 'number' || !(value >= 0) || value === Infinity)
    return fail(where, 'a finite tolerance ≥ 0', value);
  return { metric, value };
}

const canonical = (name: string): string => aliases[name] ?? name;

function withoutNulls(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fail(where: string, expected: string, got: unknown): never {
  throw new TypeError(`${where}: expected ${expected}, got ${show(got)}`);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
