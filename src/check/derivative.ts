import type { Row } from '../catalogue.js';
import type { Parameters } from '../definition.js';
import { toJsonNumber } from './json.js';
import type { Result } from './result.js';

/** Relative to 1 + |f′|; central differences in float64 are good to about 1e-9 of the values' size. */
const TOLERANCE = 1e-6;

/**
 * Holds a user's derivative to central differences of the user's own value, from −20 to 20 and away from the kinks, where
 * they mean nothing.
 */
export function checkDerivative({ name, reference, points, formula }: Row, parameters: Parameters): Result {
  const { value, derivative } = reference!;
  const kinks = points(parameters);
  let worst = { index: -1, x: 0, expected: 0, got: 0, error: 0 };
  let count = 0;
  for (let index = 0; index <= 4000; index++) {
    const x = (index - 2000) / 100 + 0.003;
    const step = 1e-5 * Math.max(1, Math.abs(x));
    if (kinks.some((kink) => Math.abs(kink - x) < 2 * step)) continue;
    const expected = (value(x + step, parameters) - value(x - step, parameters)) / (2 * step);
    const got = derivative(x, parameters);
    if (!Number.isFinite(expected)) continue;
    count++;
    const size = 1 + Math.abs(expected) + Math.abs(value(x, parameters)) * 1e-3;
    // a NaN derivative is as wrong as can be
    const error = Number.isNaN(got) ? Number.POSITIVE_INFINITY : Math.abs(got - expected) / size;
    if (error > worst.error) worst = { index, x, expected, got, error };
  }
  const isGood = count > 0 && worst.error <= TOLERANCE;
  const { index, x, expected, got } = worst;
  return {
    suite: 'derivative',
    name: `${name} reference′`,
    op: name,
    direction: 'backward',
    status: isGood ? 'passed' : 'failed',
    ...(!isGood && {
      reason: count
        ? `the reference's derivative is not that of its value${formula && ` ${formula}`}, by central differences`
        : 'nothing was compared',
    }),
    values: count,
    maxUlp: 0,
    maxAbs: toJsonNumber(Math.abs(got - expected)),
    worst:
      index < 0
        ? null
        : { tensor: "f'", index, x: toJsonNumber(x), expected: toJsonNumber(expected), got: toJsonNumber(got) },
  };
}
