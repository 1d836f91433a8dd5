import { describe, expect, it } from 'vitest';
import { normalInputs, sampleInputs } from '../../src/check/samples.js';

const bitsOf = (inputs: Float32Array) => new Uint32Array(inputs.buffer);

describe('sampleInputs', () => {
  const inputs = sampleInputs({ points: [0, 1, -0.7517915] });
  const bits = bitsOf(inputs);
  const known = new Set(bits);

  it('has 2²⁰ inputs by default and any count asked for', () => {
    expect(inputs.length).toBe(2 ** 20);
    for (const count of [0, 1, 7, 1000, 4097]) expect(sampleInputs({ points: [0.5], count }).length).toBe(count);
  });

  it('is the same for the same seed, another for another', () => {
    const again = sampleInputs({ points: [0, 1, -0.7517915] });
    expect(Buffer.compare(Buffer.from(again.buffer), Buffer.from(inputs.buffer))).toBe(0);
    const other = bitsOf(sampleInputs({ points: [0, 1, -0.7517915], seed: 2 }));
    expect(other.filter((value, i) => value === bits[i]).length).toBeLessThan(inputs.length / 100);
  });

  it('covers every sign and exponent, with the first and the last significand', () => {
    for (let upper = 0; upper < 512; upper++) {
      if ((upper & 0xff) === 0xff) continue;
      expect(known.has(upper * 2 ** 23), `first of ${upper}`).toBe(true);
      expect(known.has(upper * 2 ** 23 + 0x7fffff), `last of ${upper}`).toBe(true);
    }
    const perStratum = new Uint32Array(512);
    for (const value of bits) perStratum[value >>> 23]!++;
    for (let upper = 0; upper < 512; upper++)
      expect(perStratum[upper]).toBeGreaterThan((upper & 0xff) === 0xff ? 4 : 900);
  });

  it('holds ±0, ±∞ and several NaNs of both signs', () => {
    for (const value of [0, 0x80000000, 0x7f800000, 0xff800000]) expect(known.has(value)).toBe(true);
    const nans = [...new Set(bits.filter((value) => (value & 0x7fffffff) > 0x7f800000))];
    expect(nans.filter((value) => value < 0x80000000).length).toBeGreaterThan(3);
    expect(nans.filter((value) => value > 0x80000000).length).toBeGreaterThan(3);
    expect(
      nans.some((value) => (value & 0x00400000) === 0),
      'signalling',
    ).toBe(true);
  });

  it('holds every neighbour of a point, through zero too', () => {
    const one = 0x3f800000;
    for (let distance = -400; distance <= 400; distance++) {
      expect(known.has(one + distance)).toBe(true);
      expect(known.has(distance < 0 ? 0x80000000 - distance : distance)).toBe(true);
    }
  });

  it('stays among the numbers near the largest one', () => {
    const large = sampleInputs({ points: [3.4028234663852886e38, -3.4028234663852886e38], count: 4000 });
    const nan = (values: Float32Array) => values.filter(Number.isNaN).length;
    expect(nan(large)).toBe(nan(sampleInputs({ count: 4000 })));
  });

  it('is dense where activations bend', () => {
    expect(inputs.filter((x) => Math.abs(x) < 4 && Math.abs(x) > 1e-3).length).toBeGreaterThan(2 ** 17);
  });
});

describe('normalInputs', () => {
  it('is standard normal, in mean, variance, tails and neighbours', () => {
    const inputs = normalInputs(2 ** 20 + 1);
    const mean = (f: (x: number, i: number) => number) =>
      inputs.reduce((sum, x, i) => sum + f(x, i), 0) / inputs.length;
    expect(mean((x) => x)).toBeCloseTo(0, 2);
    expect(mean((x) => x * x)).toBeCloseTo(1, 2);
    expect(mean((x) => x ** 4)).toBeCloseTo(3, 1);
    expect(mean((x) => (Math.abs(x) > 2 ? 1 : 0))).toBeCloseTo(0.0455, 3);
    expect(mean((x, i) => x * (inputs[i + 1] ?? 0))).toBeCloseTo(0, 2);
    expect(inputs.every(Number.isFinite)).toBe(true);
  });

  it('is the same for the same seed', () => {
    expect(normalInputs(5, 3)).toEqual(normalInputs(5, 3));
    expect(normalInputs(5, 3)).not.toEqual(normalInputs(5, 4));
  });
});
