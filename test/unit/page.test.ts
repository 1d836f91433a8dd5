import { expect, test } from 'vitest';
import { parseReport } from '../../bench/page/benchmark/report_file.js';
import { computeCurve, defaultsOf, knobsOf, sliderRange, spread } from '../../bench/page/explore/curve.js';
import { createPoints } from '../../bench/page/learn/data.js';
import { formatDuration, formatLength, formatNumber } from '../../bench/page/numbers.js';
import { type ActivationName, catalogue, resolveActivation } from '../../src/index.js';

const names = Object.keys(catalogue) as ActivationName[];

test('a report of before is one, or is refused', () => {
  const row = { name: 'relu', pass: 'forward', subject: 'ours', dtype: 'f32', n: 1024, p50: 5 };
  const report = { rows: [row], adapter: { name: 'a GPU' }, date: '2026-11-25T10:00:00Z', runtime: 'Chrome' };
  expect(parseReport(JSON.stringify(report))).toMatchObject(report);
  for (const wrong of [
    { date: 5 },
    { rows: [1, null] },
    { rows: [{ ...row, n: '9' }] },
    { adapter: 'a GPU' },
    { date: 'x' },
  ])
    expect(() => parseReport(JSON.stringify({ ...report, ...wrong }))).toThrow(/expected the JSON of a bench/);
});

test('numbers for people', () => {
  expect([0, 1.23456, -0.5, 1.25e-27, 3e8, Infinity, -Infinity, NaN, null].map((value) => formatNumber(value))).toEqual(
    [...['0', '1.235', '−0.5', '1.25 · 10⁻²⁷', '3 · 10⁸', '∞', '−∞', 'NaN', '–']],
  );
  expect([5, 1500, 2.5e6, 3e9].map(formatDuration)).toEqual(['5 ns', '1.5 µs', '2.5 ms', '3 s']);
  expect([1024, 4_194_304, 1000].map(formatLength)).toEqual(['2¹⁰', '2²²', '1,000']);
});

test.each(names)('%s: sliders stay where the library takes every value, the default among them', (name) => {
  for (const facts of Object.values(knobsOf(resolveActivation(name)))) {
    const { minimum, maximum } = sliderRange(facts);
    expect(minimum).toBeLessThan(maximum);
    expect(minimum).toBeGreaterThanOrEqual(facts.range[0]);
    expect(maximum).toBeLessThanOrEqual(facts.range[1]);
    if (!Number.isFinite(facts.default)) continue;
    expect(facts.default).toBeGreaterThanOrEqual(minimum);
    expect(facts.default).toBeLessThanOrEqual(maximum);
  }
});

test.each(names)('%s: the slope drawn is that of the curve drawn', async (name) => {
  const step = 2 ** -12;
  // between the kinks, which lie at whole numbers and halves
  const x = spread(-3.3, 3.3, 6);
  const values = defaultsOf(resolveActivation(name));
  const [below, at, above] = await Promise.all(
    [-step, 0, step].map((shift) =>
      computeCurve(
        undefined,
        name,
        values,
        x.map((value) => value + shift),
      ),
    ),
  );
  for (const i of x.keys()) {
    // the shifted numbers were rounded to float32
    const slope = (above!.exactY[i]! - below!.exactY[i]!) / (above!.x[i]! - below!.x[i]!);
    expect(at!.exactSlope[i]).toBeCloseTo(slope, 4);
  }
});

test.each(['moons', 'spirals'] as const)('%s: two classes of one size within the picture', (name) => {
  const { x, target } = createPoints(name, 256);
  expect(target.filter((value) => value === 1)).toHaveLength(128);
  expect(Math.max(...x.map(Math.abs))).toBeLessThan(1.25);
});
