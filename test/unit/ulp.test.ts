import { describe, expect, it } from 'vitest';
import {
  bfloat16,
  float16,
  float32,
  roundToBfloat16,
  roundToFloat16,
  spacing,
  UlpComparison,
  ulpError,
} from '../../src/check/ulp.js';

const LARGEST = 3.4028234663852886e38;

describe('spacing', () => {
  it('is the distance to the next float32 further from zero', () => {
    const number = new Float32Array(1);
    const bits = new Uint32Array(number.buffer);
    for (const x of [1, 1.5, -1, 1.9999999, 2, 0.1, -12345.678, 1e-38, 2 ** -126, 2 ** -127, 1e-45, 0, 1e38]) {
      number[0] = Math.abs(x);
      const here = number[0];
      bits[0]!++;
      expect(spacing(Math.fround(x)), String(x)).toBe(number[0] - here);
    }
  });

  it('takes exact results that are no float32, and stops at the ends of the format', () => {
    expect(spacing(2 - 1e-15)).toBe(2 ** -23);
    expect(spacing(1e-300)).toBe(2 ** -149);
    expect(spacing(LARGEST)).toBe(2 ** 104);
    expect(spacing(1e300)).toBe(2 ** 104);
  });

  it('knows float16 and bfloat16', () => {
    expect(spacing(1, float16)).toBe(2 ** -10);
    expect(spacing(2 ** -20, float16)).toBe(2 ** -24);
    expect(spacing(65504, float16)).toBe(32);
    expect(spacing(1, bfloat16)).toBe(2 ** -7);
    expect(spacing(0, bfloat16)).toBe(2 ** -133);
  });
});

describe('ulpError', () => {
  it('counts in spacings at the exact result', () => {
    expect(ulpError(1, 1)).toBe(0);
    expect(ulpError(1 + 2 ** -23, 1)).toBe(1);
    expect(ulpError(1 - 2 ** -24, 1)).toBe(0.5);
    expect(ulpError(1, 1 + 2 ** -25)).toBe(0.25);
    expect(ulpError(-3, -3 - 2 ** -21)).toBe(2);
    expect(ulpError(1 + 2 ** -10, 1, float16)).toBe(1);
    expect(ulpError(1 + 2 ** -7, 1, bfloat16)).toBe(1);
  });

  it('never lets NaN pass by accident', () => {
    for (const exact of [0, -0, 1, -1, 1e-40, 1e-300, LARGEST, 1e300, Infinity, -Infinity]) {
      expect(ulpError(NaN, exact), `NaN for ${exact}`).toBe(Infinity);
      expect(ulpError(exact, NaN), `${exact} for NaN`).toBe(Infinity);
    }
    expect(ulpError(NaN, NaN)).toBe(0);
  });

  it('never lets a wrong infinity pass', () => {
    for (const exact of [0, 1, -1, LARGEST, LARGEST * (1 + 2 ** -25), -Infinity, -1e300])
      expect(ulpError(Infinity, exact), String(exact)).toBe(Infinity);
    for (const got of [0, 1, LARGEST, -Infinity]) expect(ulpError(got, Infinity)).toBe(Infinity);
    expect(ulpError(Infinity, Infinity)).toBe(0);
    expect(ulpError(-Infinity, -Infinity)).toBe(0);
  });

  it('takes ∞ for a finite exact result that rounds to it, and measures the largest number from there', () => {
    const halfWay = 2 ** 128 - 2 ** 103;
    expect(ulpError(Infinity, halfWay)).toBe(0);
    expect(ulpError(-Infinity, -1e300)).toBe(0);
    expect(ulpError(LARGEST, halfWay)).toBe(0.5);
    expect(ulpError(LARGEST, 2 ** 128)).toBe(1);
    expect(ulpError(LARGEST, 2 ** 129)).toBeGreaterThan(2 ** 23);
    expect(ulpError(Infinity, 65520, float16)).toBe(0);
    expect(ulpError(Infinity, 65519, float16)).toBe(Infinity);
  });

  it('allows flushing to zero below 2⁻¹²⁶, and no more', () => {
    expect(ulpError(0, 2 ** -127)).toBe(0);
    expect(ulpError(2 ** -126, 1e-60)).toBe(0);
    expect(ulpError(-0, 1e-40)).toBe(0);
    expect(ulpError(0, 2 ** -126)).toBe(2 ** 23);
    expect(ulpError(2 ** -125, 0)).toBe(2 ** 24);
    expect(ulpError(2 ** -126, -(2 ** -127))).toBeGreaterThan(1e6);
    expect(ulpError(0, 2 ** -20, float16), 'a float16 subnormal').toBe(16);
  });
});

describe('rounding to float16 and bfloat16', () => {
  it('returns every number of the format unchanged', () => {
    for (let magnitude = 0; magnitude < 0x7c00; magnitude++) {
      const exponent = magnitude >> 10;
      const significand = magnitude & 0x3ff;
      const x = exponent === 0 ? significand * 2 ** -24 : (1024 + significand) * 2 ** (exponent - 25);
      if (roundToFloat16(x) !== x || roundToFloat16(-x) !== -x) expect.fail(`float16 ${x}`);
    }
    const number = new Float32Array(1);
    const bits = new Uint32Array(number.buffer);
    for (let upper = 0; upper < 0x7f80; upper++) {
      bits[0] = upper * 2 ** 16;
      if (roundToBfloat16(number[0]) !== number[0]) expect.fail(`bfloat16 ${number[0]}`);
    }
  });

  it('rounds to nearest, ties to even', () => {
    expect(roundToFloat16(1 + 2 ** -11)).toBe(1);
    expect(roundToFloat16(1 + 3 * 2 ** -11)).toBe(1 + 2 ** -9);
    expect(roundToFloat16(1 + 2 ** -11 + 2 ** -40)).toBe(1 + 2 ** -10);
    expect(roundToFloat16(-(1 + 2 ** -11) - 2 ** -40)).toBe(-1 - 2 ** -10);
    expect(roundToFloat16(0.1)).toBe(0.0999755859375);
    expect(roundToBfloat16(1 + 2 ** -8)).toBe(1);
    expect(roundToBfloat16(1 + 3 * 2 ** -8)).toBe(1 + 2 ** -6);
    expect(roundToBfloat16(0.1)).toBe(0.10009765625);
  });

  it('keeps subnormals, zeros and their signs', () => {
    expect(roundToFloat16(2 ** -24)).toBe(2 ** -24);
    expect(roundToFloat16(2 ** -25)).toBe(0);
    expect(roundToFloat16(1.1 * 2 ** -25)).toBe(2 ** -24);
    expect(roundToFloat16(1.5 * 2 ** -24)).toBe(2 ** -23);
    expect(Object.is(roundToFloat16(-0), -0)).toBe(true);
    expect(Object.is(roundToFloat16(-1e-30), -0)).toBe(true);
    expect(roundToBfloat16(2 ** -133)).toBe(2 ** -133);
    expect(roundToBfloat16(2 ** -134)).toBe(0);
  });

  it('overflows from half a step above the largest number', () => {
    expect(roundToFloat16(65519.99)).toBe(65504);
    expect(roundToFloat16(65520)).toBe(Infinity);
    expect(roundToFloat16(-1e300)).toBe(-Infinity);
    expect(roundToBfloat16(LARGEST)).toBe(Infinity);
    expect(roundToBfloat16(bfloat16.largest)).toBe(bfloat16.largest);
    expect(roundToFloat16(Infinity)).toBe(Infinity);
    expect(roundToFloat16(NaN)).toBeNaN();
    expect(roundToBfloat16(NaN)).toBeNaN();
    expect(float32.largest).toBe(LARGEST);
    expect(float16.largest).toBe(65504);
  });
});

describe('UlpComparison', () => {
  it('remembers the worst element, the largest difference and a histogram', () => {
    const comparison = new UlpComparison(2);
    comparison.add(0, 10, 1, 1);
    comparison.add(1, 11, 1, 1 + 2 ** -23);
    comparison.add(2, 12, 1024, 1024 + 2 ** -14);
    expect(comparison).toMatchObject({ count: 3, failureCount: 0, mismatchCount: 0, maxUlp: 1, maxAbs: 2 ** -14 });
    expect(comparison.passed).toBe(true);
    expect(comparison.worst).toEqual({ index: 1, x: 11, expected: 1, got: 1 + 2 ** -23, ulp: 1 });
    expect([...comparison.histogram.slice(0, 6)]).toEqual([1, 0, 1, 0, 1, 0]);
    expect(comparison.toString()).toBe('');
  });

  it('fails an element that is NaN or ∞ against anything else, whatever the bound', () => {
    for (const [expected, got] of [
      [1, NaN],
      [NaN, 1],
      [NaN, Infinity],
      [Infinity, NaN],
      [0, Infinity],
      [Infinity, LARGEST],
    ]) {
      const comparison = new UlpComparison();
      comparison.add(0, 1, expected!, got!);
      expect(comparison, `${got} for ${expected}`).toMatchObject({
        passed: false,
        mismatchCount: 1,
        maxUlp: Infinity,
        count: 1,
      });
      expect(comparison.worst).toMatchObject({ index: 0, ulp: Infinity });
      expect(comparison.histogram.at(-1)).toBe(1);
    }
  });

  it('fails everything under a bound that is NaN', () => {
    const comparison = new UlpComparison(NaN);
    comparison.add(0, 1, 1, 1);
    expect(comparison.passed).toBe(false);
  });

  it('merges as if it had collected everything itself', () => {
    const whole = new UlpComparison(0.5);
    const parts = [new UlpComparison(0.5), new UlpComparison(0.5)];
    for (let i = 0; i < 40; i++) {
      const got = i === 30 ? NaN : 1 + i * 2 ** -25;
      whole.add(i, i, 1, got);
      parts[Number(i >= 20)]!.add(i, i, 1, got);
    }
    const merged = new UlpComparison(0.5);
    for (const part of parts) merged.merge(structuredClone(part));
    expect(merged).toEqual(whole);
    expect(merged.maxUlp).toBe(Infinity);
  });

  it('shows failures as an aligned table, the worst among them', () => {
    const comparison = new UlpComparison(1);
    for (let i = 0; i < 20; i++) comparison.add(i, i / 4, 1, 1 + i * 2 ** -23);
    const lines = comparison.toString().split('\n');
    expect(lines[0]).toBe('18 of 20 elements are more than 1 ULP (float32) off:');
    expect(lines[1]).toMatch(/^index +x +expected +got +ULP$/);
    expect(lines[2]).toMatch(/^ +2 +0\.5 +1 +1\.000000238418579\d* +2\.000$/);
    expect(lines.at(-1)).toMatch(/^ +19 +4\.75 +1 +1\.000002264976501\d* +19\.00$/);
    expect(lines.length).toBe(11);
    expect(new Set(lines.slice(1).map((line) => line.length)).size).toBe(1);
  });
});
