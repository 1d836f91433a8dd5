/** The generated parts of the README. */
import { readFileSync } from 'node:fs';
import type { Report } from '../bench/report.js';
import type { Ratio, Row as Timing } from '../bench/rows.js';
import { catalogue, type Row, resolveActivation } from '../src/catalogue.js';
import { type Figure, figureOf, sampledRecord } from '../src/cli/records.js';
import { guide } from './guide.js';

/** The table of activations; sampled figures carry a ~. */
export function activations(): string {
  const used = new Map<string, Figure>();
  const figure = (value: Figure['forward'], { source }: Figure): string =>
    `${source === 'sampled' ? '~' : ''}${Number(Number(value).toPrecision(3))}`;
  const rows = Object.entries(catalogue as Record<string, Row>).map(
    ([name, { formula, derivative, parameters, aliases }]) => {
      const given = Object.entries(parameters).map(
        ([parameter, facts]) => `${parameter} ${Number(facts.default.toPrecision(4))}`,
      );
      const found = figureOf(resolveActivation(name));
      if (found) used.set(`${found.source} ${found.date} ${found.adapter} ${found.runtime}`, found);
      const cells = [
        name,
        formula,
        derivative,
        given.join(', '),
        aliases.join(', '),
        found ? figure(found.forward, found) : '',
        found ? figure(found.derivative, found) : '',
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    },
  );
  const notes = (['exhaustive', 'sampled'] as const).flatMap((kind) => {
    const found = [...used.values()].filter(({ source }) => source === kind);
    const over =
      kind === 'exhaustive'
        ? 'Without mark: over all 2³² float32 inputs'
        : `~ over a stratified sample of ${sampledRecord!.count.toLocaleString('en')} inputs`;
    const dates = [...new Set(found.map(({ date }) => date))].sort();
    const where = new Set(found.map(({ adapter, runtime }) => `${adapter}, ${runtime}`));
    return found.length ? [`${over}, ${dates.join(' and ')}, ${[...where].join('; ')}.`] : [];
  });
  return [
    '| name | y | f′ | parameters | also known as | ULP y | ULP f′ |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    notes.join(' '),
  ].join('\n');
}

const resultOf = (file: string): string => readFileSync(new URL(`../bench/results/${file}`, import.meta.url), 'utf8');
const dayOf = (date: string): string => date.slice(0, 10);

/** A table that opens at a click. */
const folded = (title: string, lines: readonly string[]): string[] => [
  `<details><summary>${title}</summary>`,
  '',
  ...lines,
  '',
  '</details>',
];

/** Errors and faults of this library and its peers: what `npm run truth` measured. */
export function truth(): string {
  const { adapter, browser, date, inputs, subjects } = JSON.parse(resultOf('truth.json'));
  const versions = Object.entries(subjects as Record<string, string>)
    .slice(1)
    .map(([name, version]) => `${name} ${version}`);
  const count = (inputs as number).toLocaleString('en');
  return [
    ...folded('Every function and pass', resultOf('truth.md').trimEnd().split('\n')),
    '',
    `Largest error in ULP, and faults, over the same ${count} inputs; — where a library has no such function. ${dayOf(date)}, ${adapter.name}, ${browser}; ${versions.join(', ')}.`,
  ].join('\n');
}

/** Times beside the copy kernel, the naive formula and the fastest peer: what `bench --peers` measured. */
export function speed(): string {
  const report: Report = JSON.parse(resultOf('bench.json'));
  const { rows, adapter, runtime, date, ratios, copy, naive } = report;
  const n = Math.max(...rows.map((row) => row.n));
  const names = [...new Set(rows.map(({ name }) => name))];
  const cellsOf = (name: string, pass: Timing['pass']): string[] => {
    const group = rows.filter((row) => row.name === name && row.pass === pass && row.n === n);
    const ours = group.find(({ kind }) => kind === 'ours');
    if (!ours?.p50) return ['', '', '', ''];
    const naiveTime = group.find(({ kind }) => kind === 'naive')?.timesOurs;
    const peers = group.filter(({ kind, p50 }) => kind === 'peer' && p50);
    const fastest = peers.sort((a, b) => a.p50! - b.p50!)[0];
    return [
      (ours.p50 / 1e6).toPrecision(3),
      ours.fractionOfCopy?.toFixed(2) ?? '',
      naiveTime ? (1 / naiveTime).toFixed(2) : '',
      fastest?.timesOurs ? `${fastest.timesOurs.toFixed(2)} ${fastest.subject}` : '',
    ];
  };
  const summary = (label: string, { forward, backward }: Report['ratios'], least: boolean): string => {
    const part = (ratio: Ratio | null, pass: string): string =>
      ratio
        ? `${pass} ${ratio.geomean.toFixed(2)} (${least ? `least ${ratio.min.toFixed(2)}, ${ratio.minName}` : `most ${ratio.max.toFixed(2)}, ${ratio.maxName}`})`
        : '';
    return `- ${label}, geometric mean: ${[part(forward, 'forward'), part(backward, 'backward')].filter(Boolean).join('; ')}`;
  };
  const { launch, fusion, halves, startup } = report;
  const inHalf = (wanted: 'f16' | 'bf16') =>
    halves
      .filter(({ dtype }) => dtype === wanted)
      .map(({ name, pass, ratio }) => `${name} ${pass} ${ratio.p50.toFixed(2)}`)
      .join(', ');
  return [
    summary('Speed relative to the fastest peer', ratios, true),
    summary('Speed relative to the copy kernel', copy, true),
    summary('Time relative to the naive formula', naive, false),
    `- Recording and running ${launch.dispatches} dispatches of ${launch.n} elements: ${launch.ratio.p50.toFixed(2)} of hand-written WebGPU’s time`,
    ...fusion.map(
      ({ name, ratio, ideal }) =>
        `- One pass for two, ${name}: ${ratio.p50.toFixed(2)} times as fast, of ${ideal.toFixed(2)} by the bytes`,
    ),
    `- Elements a second in f16, relative to float32: ${inHalf('f16')}`,
    `- The same in bf16: ${inHalf('bf16')}`,
    `- From nothing to the first result, gelu of 2²⁰ elements: ${startup.map(({ subject, nanoseconds }) => `${subject} ${Math.round(nanoseconds / 1e6)} ms`).join(', ')}`,
    '',
    `n = ${n.toLocaleString('en')}, float32, ${dayOf(date)}, ${adapter.name}, ${runtime}${adapter.software ? ': a software adapter, the figures are a CPU’s' : ''}.`,
    '',
    ...folded('Every function', [
      '| | forward ms | of copy | of naive | fastest peer | backward ms | of copy | of naive | fastest peer |',
      '|---|---|---|---|---|---|---|---|---|',
      ...names.map((name) => `| ${[name, ...cellsOf(name, 'forward'), ...cellsOf(name, 'backward')].join(' | ')} |`),
    ]),
  ].join('\n');
}

/** The README with every generated part made anew. */
export function generate(readme: string): string {
  return Object.entries({ activations: activations(), guide: guide(), truth: truth(), speed: speed() }).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`),
        (_all, start: string, end: string) => `${start}\n${part}\n\n${end}`,
      ),
    readme,
  );
}
