import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { remaining } from '../../bench/bench.js';
import { parseReport } from '../../bench/page/benchmark/report_file.js';
import {
  computeCurve,
  computeRow,
  computeSlopes,
  defaultsOf,
  knobsOf,
  sliderRange,
  slopesOf,
  spread,
} from '../../bench/page/explore/curve.js';
import { faultsOf } from '../../bench/page/explore/faults.js';
import { groups, isFound, sparkOf } from '../../bench/page/explore/groups.js';
import { createPoints } from '../../bench/page/learn/data.js';
import {
  dayOf,
  formatCount,
  formatDuration,
  formatLength,
  formatNumber,
  formatTime,
} from '../../bench/page/numbers.js';
import { type ActivationName, catalogue, resolveActivation } from '../../src/index.js';
import { adapterReports } from '../readme.js';

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

test.each([...adapterReports()])('a report on an adapter opens: %s', (_, given) => {
  const report = parseReport(JSON.stringify(given));
  const { bound: _bound, ...gelu } = given.results.find(({ name }) => name === 'gelu y')!;
  expect(report.accuracy).toMatchObject({ forward: gelu.maxUlp, inputs: given.count });
  expect(report.checks).toEqual({ passed: given.results.length, failed: [] });
  expect(report.rows).toEqual(given.rows);
  const [first, ...others] = given.results;
  const broken = { ...given, results: [{ ...first!, status: 'failed', reason: 'NaN for 2' }, ...others] };
  expect(parseReport(JSON.stringify(broken)).checks!.failed).toEqual([`${first!.name}: NaN for 2`]);
});

test('a recorded fault is where it happens, whichever side the largest error lies on', () => {
  const placeOf = (name: string, wanted: { pass: string; subject: string }) =>
    faultsOf(name).find(({ pass, subject }) => pass === wanted.pass && subject === wanted.subject)!;
  const elu = placeOf('elu', { pass: 'backward', subject: 'jax-js' });
  expect(elu.at).toBeLessThan(0);
  // eˣ of the side that is not taken leaves float32
  expect(elu.place).toBeCloseTo(88.72, 2);
  expect(placeOf('gelu', { pass: 'forward', subject: 'naive' }).place).toBeCloseTo(-5.54, 2);
});

test('numbers for people', () => {
  expect([0, 1.23456, -0.5, 1.25e-27, 3e8, Infinity, -Infinity, NaN, null].map((value) => formatNumber(value))).toEqual(
    [...['0', '1.235', '−0.5', '1.25 · 10⁻²⁷', '3 · 10⁸', '∞', '−∞', 'NaN', '–']],
  );
  expect([5, 1500, 2.5e6, 3e9].map(formatDuration)).toEqual(['5 ns', '1.5 µs', '2.5 ms', '3 s']);
  expect([1024, 4_194_304, 1000].map(formatLength)).toEqual(['2¹⁰', '2²²', '1,000']);
});

test('dates and counts look the same in every language', () => {
  const date = new Date('2026-11-26T21:40:59Z');
  expect(dayOf(date)).toBe('2026-11-26');
  expect(formatTime(date)).toMatch(/^2026-11-2[67] \d\d:\d\d$/);
  expect(formatCount(1_048_576)).toBe('1,048,576');
});

test('the time that is left follows the sizes that are left', () => {
  const works = [10, 10, 22, 22].map((exponent) => ({ length: 2 ** exponent }));
  expect(remaining(0, works, 0)).toBe('');
  // two small ones are a seventeenth of the whole
  expect(remaining(2000, works, 2)).toBe(', about 35 s left');
  expect(remaining(20_000, works, 3)).toMatch(/^, about (15|20) s left$/);
  expect(remaining(40_000, works, 4)).toBe(', a few seconds left');
});

test('links to the page have a picture, a colour and an app’s manifest', () => {
  const file = (name: string) => new URL(`../../bench/page/${name}`, import.meta.url);
  const html = readFileSync(file('index.html'), 'utf8');
  for (const tag of [
    'og:title',
    'og:description',
    'og:image',
    'og:image:alt',
    'twitter:card',
    'twitter:image',
    'theme-color',
  ])
    expect(html).toMatch(new RegExp(`<meta (?:property|name)="${tag}" content="[^"]+"`));
  const [, manifest] = /<link rel="manifest" href="\/([^"]+)"/.exec(html)!;
  const { icons, name } = JSON.parse(readFileSync(file(`public/${manifest}`), 'utf8'));
  expect(name).toContain('webgpu-activations');
  for (const { src } of icons) expect(existsSync(file(`public/${src.replace(/^\.?\//, '')}`)), src).toBe(true);
});

test('a page whose address is known names it, and its picture by the whole of it', async () => {
  const headOf = async (address: string | undefined) => {
    vi.stubEnv('PAGE_URL', address);
    const { nameAddress } = await import('../../bench/page/vite.config.js');
    const transform = nameAddress().transformIndexHtml as (html: string) => unknown;
    vi.unstubAllEnvs();
    return transform('<meta property="og:image" content="/preview.png">');
  };
  expect(await headOf(undefined)).toBe('<meta property="og:image" content="/preview.png">');
  expect(await headOf('https://example.org/activations')).toEqual({
    html: '<meta property="og:image" content="https://example.org/activations/preview.png">',
    tags: [
      { tag: 'link', attrs: { rel: 'canonical', href: 'https://example.org/activations/' } },
      { tag: 'meta', attrs: { property: 'og:url', content: 'https://example.org/activations/' } },
    ],
  });
});

test('an earlier report over other sizes is drawn, and the axis holds both', async () => {
  vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  vi.stubGlobal('crossOriginIsolated', false);
  vi.stubGlobal('VERSIONS', {});
  const { throughputOption } = await import('../../bench/page/benchmark/charts.js');
  vi.unstubAllGlobals();
  const [, { rows }] = [...adapterReports()][0]!;
  const ofSize = (n: number) => rows.filter(({ name }) => name === 'relu').map((row) => ({ ...row, n }));
  const palette = { text: '#000', muted: '#111', line: '#222', surface: '#fff', colors: ['#333'] };
  const beside = { rows: ofSize(2 ** 12), label: 'earlier' };
  const { xAxis, series } = throughputOption(ofSize(2 ** 20), beside, 'forward', palette);
  expect(xAxis).toMatchObject({ min: 2 ** 12, max: 2 ** 20 });
  expect([series].flat()).toContainEqual(
    expect.objectContaining({ name: 'relu, earlier', data: [[2 ** 12, expect.any(Number)]] }),
  );
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

describe('explore’s list', () => {
  test('has every function once, in a group that tells what it does far out', () => {
    const found = groups();
    expect(found.flatMap((group) => group.names).toSorted()).toEqual(names.toSorted());
    const groupOf = (name: ActivationName) => found.find((group) => group.names.includes(name))!.title;
    expect((['identity', 'leakyRelu', 'prelu', 'snake'] as const).map(groupOf)).toEqual(
      Array(4).fill('Grow on both sides'),
    );
    expect((['relu', 'gelu', 'logSigmoid'] as const).map(groupOf)).toEqual(Array(3).fill('Level on one side'));
    expect((['sigmoid', 'relu6', 'gaussian'] as const).map(groupOf)).toEqual(Array(3).fill('Level on both sides'));
    expect(groupOf('swiglu')).toBe('Gated: activate(gate) · up');
    expect(groupOf('crossEntropy')).toBe('Of a row of numbers');
  });

  test('is searched by names, other names, formulas, groups and what is learned', () => {
    const search = (words: string) =>
      groups().flatMap(({ title, names }) => names.filter((name) => isFound(name, title, words)));
    expect(search('leaky')).toContain('leakyRelu');
    expect(search('swish')).toContain('silu');
    expect(search('LOG soft')).toContain('logSoftmax');
    expect(search('learned')).toEqual(
      names.filter((name) => Object.keys(catalogue[name].learned).length > 0).sort(byGroup),
    );
    expect(search('gated')).toEqual(groups()[3]!.names);
    expect(search('no such')).toEqual([]);
  });

  test('has a picture of each that stays in its box', () => {
    for (const name of names) {
      const numbers = sparkOf(name)
        .match(/-?[\d.]+/g)!
        .map(Number);
      expect(numbers.length, name).toBe(82);
      expect(Math.min(...numbers), name).toBeGreaterThanOrEqual(0);
      expect(Math.max(...numbers.filter((_, i) => i % 2)), name).toBeLessThanOrEqual(20);
    }
  });
});

const order = groups().flatMap((group) => group.names);
const byGroup = (a: ActivationName, b: ActivationName) => order.indexOf(a) - order.indexOf(b);

test.each(names.filter((name) => slopesOf(resolveActivation(name)).length > 0))(
  '%s: slopes by parameters are those of the curve drawn',
  async (name) => {
    const step = 2 ** -12;
    const row = resolveActivation(name);
    const x = spread(-3.3, 3.3, 6);
    const values = defaultsOf(row);
    for (const { by, drawn, exact } of await computeSlopes(undefined, name, values, x)) {
      const knob = by in values ? by : row.learned[by]!;
      const [below, above] = await Promise.all(
        [-step, step].map((shift) => computeCurve(undefined, name, { ...values, [knob]: values[knob]! + shift }, x)),
      );
      for (const i of x.keys()) {
        const slope = (above!.exactY[i]! - below!.exactY[i]!) / (2 * step);
        expect(exact[i], `${by} at ${x[i]}`).toBeCloseTo(slope, 4);
        expect(drawn[i]).toBe(Math.fround(exact[i]!));
      }
    }
  },
);

test.each(names.filter((name) => catalogue[name].maps === 'row'))(
  '%s: dx of a row is what y changes by',
  async (name) => {
    const [x, at, step] = [[2, 1, 0.25, -1], 2, 2 ** -12];
    const values = defaultsOf(resolveActivation(name));
    const { dx, y } = await computeRow(undefined, name, values, x, at);
    for (const i of x.keys()) {
      const [below, above] = await Promise.all(
        [-step, step].map((shift) => computeRow(undefined, name, values, x.with(i, x[i]! + shift), at)),
      );
      const element = y.length === x.length ? at : 0;
      expect(dx[i]).toBeCloseTo((above!.y[element]! - below!.y[element]!) / (2 * step), 5);
    }
  },
);

test.each(['moons', 'spirals'] as const)('%s: two classes of one size within the picture', (name) => {
  const { x, target } = createPoints(name, 256);
  expect(target.filter((value) => value === 1)).toHaveLength(128);
  expect(Math.max(...x.map(Math.abs))).toBeLessThan(1.25);
});
