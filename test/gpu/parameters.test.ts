/**
 * Accuracy holds over every parameter's documented range, not only at the defaults: one ULP more than the bound, of the exact
 * result for the given parameter or one within 2⁻⁴⁷ of it. Shaders are given a parameter as the sum of two float32, 48 bits:
 * beside a root of αx + β or of swish′ no more of the result is known.
 */
import { describe, expect, test } from 'vitest';
import { catalogue, resolveActivation } from '../../src/catalogue.js';
import { type ArrayCalls, sampleInputs, ulpError } from '../../src/check/index.js';
import { boundOf, pointsOf, truthsOf } from '../../src/check/truth.js';
import { type Parameter, resolveParameters } from '../../src/definition.js';
import { familyOf } from '../../src/forms.js';
import type { ActivationName } from '../../src/types.js';
import { useDevice } from './support.js';

const held = useDevice();
const calls = () => held.gpu as unknown as ArrayCalls;

const COUNT = 20_000;
const GIVEN = 2 ** -47;
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
  const sizes = Array.from({ length: SIZES }, (_, k) => smallest * (largest / smallest) ** ((k + 0.37) / SIZES));
  const values = [minimum, maximum, minimumMagnitude, -minimumMagnitude, 1, -1, usual, -usual];
  return [...new Set([...values, ...sizes, ...sizes.map((size) => -size)])].filter(isAllowed);
}

/** Parameters to go with the sampled one: a lower bound stays below the upper one. */
const companions: Partial<Record<ActivationName, (given: Record<string, number>) => Record<string, number>>> = {
  hardTanh: (given) =>
    'min' in given ? { ...given, max: Math.max(given.min!, 1) } : { ...given, min: Math.min(given.max!, -1) },
};

const isOscillating = new Set(['sine', 'snake', 'snakeBeta']);

const rows = Object.values(catalogue).filter((row) => familyOf(row) === 'elementwise');
const cases = rows.flatMap(({ name, parameters }) =>
  Object.entries(parameters).map(([parameter, facts]) => ({ name, parameter, facts })),
);

describe.each(cases)('$name over the range of $parameter', ({ name, parameter, facts }) => {
  test('value and derivative are within the bound and one ULP', async () => {
    const failures: string[] = [];
    const definition = resolveActivation(name);
    const { absolute = 0 } = definition.bounds;
    for (const given of sampleRange(facts)) {
      // a sine of a large argument is known for a float32 factor alone
      const sample = isOscillating.has(name) ? Math.fround(given) : given;
      const parameters = companions[name as ActivationName]?.({ [parameter]: sample }) ?? { [parameter]: sample };
      const all = resolveParameters(definition, parameters);
      const x = sampleInputs({ points: pointsOf(definition, all), count: COUNT });
      const dy = new Float32Array(COUNT).fill(1);
      const got: Record<string, Float32Array> = {
        ...(await calls().forward(name, { x }, parameters)),
        ...(await calls().backward(name, { x, dy }, parameters)),
      };
      const exactOf = (value: number) => truthsOf(definition, { ...all, [parameter]: value });
      // of three or more each is a float32
      const known = all[parameter]!;
      const beside = [exactOf(known * (1 - GIVEN)), exactOf(known * (1 + GIVEN))];
      for (const [pass, { tensor, fill }] of exactOf(known).entries()) {
        const bound = boundOf(definition, tensor, true, true) + 1;
        const exact = new Float64Array(COUNT);
        fill({ x, dy }, exact);
        for (let i = 0; i < COUNT; i++) {
          const value = got[tensor]![i]!;
          const ulp = ulpError(value, exact[i]!);
          if (ulp <= bound) continue;
          const allowed = typeof absolute === 'function' ? absolute(x[i]!, all) : absolute;
          if (Math.abs(value - exact[i]!) <= allowed) continue;
          const [low, high] = beside
            .map((truths) => {
              const one = new Float64Array(1);
              truths[pass]!.fill({ x: x.subarray(i, i + 1), dy }, one);
              return one[0]!;
            })
            .sort((a, b) => a - b);
          if ((value >= low! && value <= high!) || [low!, high!].some((each) => ulpError(value, each) <= bound))
            continue;
          failures.push(
            `${tensor} ${describeParameters(parameters)}: ${ulp} ULP, x ${x[i]}: ${exact[i]}, got ${value}`,
          );
        }
      }
    }
    expect(failures.slice(0, 8)).toEqual([]);
  });

  test('values outside are refused', async () => {
    const { range, minimumMagnitude } = facts as Parameter;
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
