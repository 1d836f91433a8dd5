import { describe, expect, test } from 'vitest';
import { compare } from '../../src/check/compare.js';

const { NaN: nan } = Number;
const ulp = (value: number) => ({ metric: 'ULP', value }) as const;
const generous = [ulp(1e30), { metric: 'ATOL', value: 1e300 }, { metric: 'RTOL', value: 1e300 }] as const;

describe('a comparison cannot pass by accident', () => {
  test.each([
    [nan, 1],
    [1, nan],
    [nan, Infinity],
    [Infinity, nan],
    [Infinity, -Infinity],
    [-Infinity, Infinity],
    [Infinity, 3e38],
    [3e38, Infinity],
  ])('got %f, expected %f fails whatever the tolerance', (got, expected) => {
    for (const tolerance of generous) {
      const { passed, absolute, ulp: error } = compare(got, expected, 'float32', { ...tolerance, slack: 1e300 });
      expect(passed).toBe(false);
      expect(absolute).toBe(Infinity);
      expect(error).toBe(Infinity);
    }
  });

  test.each([
    [nan, nan],
    [Infinity, Infinity],
    [-Infinity, -Infinity],
    [0, -0],
  ])('got %f, expected %f passes at no tolerance', (got, expected) => {
    expect(compare(got, expected, 'float32', ulp(0))).toEqual({ absolute: 0, ulp: 0, passed: true });
  });
});

describe('tolerances', () => {
  const above = (value: number, steps: number) => value + steps * 2 ** -23;

  test('ULP counts in units of the data type at the expected value', () => {
    expect(compare(above(1, 2), 1, 'float32', ulp(2)).passed).toBe(true);
    expect(compare(above(1, 3), 1, 'float32', ulp(2)).passed).toBe(false);
    expect(compare(1 + 2 ** -10, 1, 'float16', ulp(1)).passed).toBe(true);
    expect(compare(1 + 2 ** -10, 1, 'float16', ulp(0.99)).passed).toBe(false);
    expect(compare(1 + 2 ** -7, 1, 'bfloat16', ulp(1))).toEqual({ absolute: 2 ** -7, ulp: 1, passed: true });
  });

  test('the expected value is rounded to the data type first', () => {
    expect(compare(Math.fround(0.1), 0.1, 'float32', ulp(0)).passed).toBe(true);
    expect(compare(0.0999755859375, 0.1, 'float16', ulp(0)).passed).toBe(true);
    expect(compare(Infinity, 70000, 'float16', ulp(0)).passed).toBe(true);
  });

  test('ATOL is absolute, RTOL relative to the expected value', () => {
    expect(compare(8.25, 8, 'float32', { metric: 'ATOL', value: 0.25 }).passed).toBe(true);
    expect(compare(8.5, 8, 'float32', { metric: 'ATOL', value: 0.25 }).passed).toBe(false);
    expect(compare(-8.25, -8, 'float32', { metric: 'RTOL', value: 1 / 32 }).passed).toBe(true);
    expect(compare(-8.5, -8, 'float32', { metric: 'RTOL', value: 1 / 32 }).passed).toBe(false);
    expect(compare(1e-3, 0, 'float32', { metric: 'RTOL', value: 1 }).passed).toBe(false);
  });

  test('slack widens any of them', () => {
    expect(compare(1.25, 1, 'float32', { ...ulp(0), slack: 0.25 }).passed).toBe(true);
    expect(compare(1.5, 1, 'float32', { ...ulp(0), slack: 0.25 }).passed).toBe(false);
  });

  test('a subnormal may be flushed to zero, a normal number may not', () => {
    expect(compare(0, 2 ** -127, 'float32', ulp(0)).passed).toBe(true);
    expect(compare(0, 2 ** -125, 'float32', ulp(0)).passed).toBe(false);
    expect(compare(0, 2 ** -20, 'float16', ulp(0)).passed).toBe(false);
  });
});
