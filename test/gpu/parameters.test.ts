/** Accuracy holds over every parameter's documented range, not only at the defaults: one ULP more than the bound. */
import { describe, expect, test } from 'vitest';
import { type ActivationName, catalogue, type Parameter, type Row } from '../../src/catalogue.js';
import { type ArrayCalls, check } from '../../src/check/index.js';
import { fromJsonNumber } from '../../src/check/json.js';
import { useDevice } from './support.js';

const held = useDevice();
const calls = () => held.gpu as unknown as ArrayCalls;

const COUNT = 20_000;
/** Sizes sampled between the smallest and the largest; a prime, so that decades are not always met at the same digits. */
const SIZES = 7;
/** Where a range has no smallest or largest size of its own: beyond these, products with x only over- and underflow. */
const SMALLEST = 2 ** -40;
const LARGEST = 2 ** 40;

/** The ends, zero where it is allowed, and sizes spread by their logarithm, of both signs where both are allowed. */
function sampleRange({ default: usual, range: [minimum, maximum], minimumMagnitude = 0 }: Parameter): number[] {
  const isAllowed = (value: number) => value >= minimum && value <= maximum && Math.abs(value) >= minimumMagnitude;
  const smallest = Math.max(minimumMagnitude, minimum > 0 ? minimum : 0) || SMALLEST;
  const largest = Math.min(Math.max(Math.abs(minimum), Math.abs(maximum)), LARGEST);
  const sizes = Array.from({ length: SIZES }, (_, k) =>
    inTwoFloats(smallest * (largest / smallest) ** ((k + 0.37) / SIZES)),
  );
  const values = [minimum, maximum, minimumMagnitude, -minimumMagnitude, 1, -1, usual, -usual];
  return [...new Set([...values, ...sizes, ...sizes.map((size) => -size)])].filter(isAllowed);
}

/** Shaders are given a parameter as the sum of two float32, 48 bits: beside a zero of αx + β the others would show. */
function inTwoFloats(value: number): number {
  const high = Math.fround(value);
  return Number.isFinite(high) ? high + Math.fround(value - high) : value;
}

/** Parameters to go with the sampled one: a lower bound stays below the upper one. */
const companions: Partial<Record<ActivationName, (given: Record<string, number>) => Record<string, number>>> = {
  hardTanh: (given) =>
    'min' in given ? { ...given, max: Math.max(given.min!, 1) } : { ...given, min: Math.min(given.max!, -1) },
};

const rows = Object.entries(catalogue as Record<string, Row>).filter(([, { family }]) => family === 'elementwise');
const cases = rows.flatMap(([name, { parameters }]) =>
  Object.entries(parameters).map(([parameter, facts]) => ({ name, parameter, facts })),
);

describe.each(cases)('$name over the range of $parameter', ({ name, parameter, facts }) => {
  test('value and derivative are within the bound and one ULP', async () => {
    const failures: string[] = [];
    for (const sample of sampleRange(facts)) {
      const parameters = companions[name as ActivationName]?.({ [parameter]: sample }) ?? { [parameter]: sample };
      for (const { name: pass, maxUlp, bound, worst } of await check(calls(), name, { count: COUNT, parameters }))
        if (!(fromJsonNumber(maxUlp) <= bound! + 1))
          failures.push(
            `${pass} ${describeParameters(parameters)}: ${maxUlp} ULP, x ${worst?.x}: ${worst?.expected}, got ${worst?.got}`,
          );
    }
    expect(failures).toEqual([]);
  });

  test('values outside are refused', async () => {
    const { range, minimumMagnitude } = facts;
    const [minimum, maximum] = range;
    const outside = [NaN, ...(minimumMagnitude ? [0.99 * minimumMagnitude] : [])];
    if (minimum > -Infinity) outside.push(minimum - Math.abs(minimum) * 0.01 - Number.MIN_VALUE);
    if (maximum < Infinity) outside.push(maximum + Math.abs(maximum) * 0.01 + Number.MIN_VALUE);
    for (const value of outside)
      await expect(calls().forward(name, { x: Float32Array.of(1) }, { [parameter]: value })).rejects.toThrow(
        RangeError,
      );
  });
});

function describeParameters(parameters: Readonly<Record<string, number>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
