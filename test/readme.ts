/** The generated parts of README.md and of docs/. */
import { readdirSync, readFileSync } from 'node:fs';
import { type AdapterReport, parseAdapterReport, REPORTED } from '../bench/adapter_report.js';
import { geometricMean, medianOf } from '../bench/measure.js';
import type { Report } from '../bench/report.js';
import type { Ratio, Row as Timing } from '../bench/rows.js';
import type { StepReport } from '../bench/training/step.js';
import { formatTruths, type Truths } from '../bench/truth_table.js';
import { PASSES } from '../bench/work.js';
import { catalogue, type Row, resolveActivation } from '../src/catalogue.js';
import { joinedTexts } from '../src/cli/joined.js';
import { type Figure, figureOf, sampledRecord } from '../src/cli/records.js';
import { familyOf } from '../src/forms.js';
import { guide } from './guide.js';
import { traffic } from './traffic.js';

/** The table of activations; sampled figures carry a ~, those of functions with an absolute bound beside their roots a *. */
export function activations(): string {
  const used = new Map<string, Figure>();
  const figure = (value: Figure['forward'], { source }: Figure): string =>
    `${source === 'sampled' ? '~' : ''}${Number(Number(value).toPrecision(3))}`;
  const rows = Object.entries(catalogue as Record<string, Row>).map(
    ([name, { formula, derivative, parameters, aliases, bounds }]) => {
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
        found ? `${figure(found.forward, found)}${bounds.absolute ? '*' : ''}` : '',
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

/** The names alone, a line for each kind of activation, and the largest errors among them. */
export function names(): string {
  const rows = Object.entries(catalogue as Record<string, Row>);
  const line = (title: string, family: ReturnType<typeof familyOf>): string =>
    `- **${title}**: ${rows.flatMap(([name, row]) => (familyOf(row) === family ? [name] : [])).join(', ')}`;
  const figures = rows.flatMap(([name]) => {
    const figure = figureOf(resolveActivation(name));
    return figure ? [{ name, forward: Number(figure.forward), derivative: Number(figure.derivative) }] : [];
  });
  const largest = (part: 'forward' | 'derivative'): string => {
    const [worst] = figures.toSorted((a, b) => b[part] - a[part]);
    return worst ? `${Number(worst[part].toPrecision(3))} ULP (${worst.name})` : 'not measured';
  };
  return [
    line('A number in, a number out', 'elementwise'),
    line('The same with a learned weight', 'channelwise'),
    line('Gated, activate(gate) · up', 'gated'),
    line('Over the rows of a matrix', 'rowwise'),
    '',
    `Largest errors found: y ${largest('forward')}, f′ ${largest('derivative')}.`,
  ].join('\n');
}

const resultOf = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../bench/results/${file}`, import.meta.url), 'utf8'));
const dayOf = (date: string): string => date.slice(0, 10);

/** Errors and faults of this library and its peers: what `npm run truth` measured. */
export function truth(): string {
  const truths = resultOf<Truths>('truth.json');
  const { adapter, browser, date, inputs, subjects } = truths;
  const versions = Object.entries(subjects)
    .filter(([, version]) => version)
    .map(([name, version]) => `${name} ${version}`);
  return [
    ...formatTruths(truths),
    '',
    `Largest error in ULP, and faults, over the same ${inputs.toLocaleString('en')} inputs; — where a library has no such function. ${dayOf(date)}, ${adapter.name}, ${browser}; ${versions.join(', ')}.`,
  ].join('\n');
}

const circumstancesOf = ({ rows, date, adapter, runtime, processor }: Report): string =>
  `n = ${longest(rows).toLocaleString('en')}, float32, ${dayOf(date)}, ${processor ? `${processor}, ` : ''}${adapter.name}, ${runtime}${adapter.software ? ': a software adapter, the figures are a CPU’s' : ''}.`;
/** `bench.json` and those of other processors, `bench-….json`: the one of the least speed beside the peers comes first. */
function benches(): Report[] {
  const files = readdirSync(new URL('../bench/results/', import.meta.url)).filter((file) =>
    /^bench(-.*)?\.json$/.test(file),
  );
  const speedOf = ({ ratios }: Report): number => ratios.forward?.geomean ?? Infinity;
  return files.map((file) => resultOf<Report>(file)).sort((a, b) => speedOf(a) - speedOf(b));
}
const slowest = (): Report => benches()[0]!;
const longest = (rows: readonly Timing[]): number => Math.max(...rows.map(({ n }) => n));

/** Summaries of what `bench --peers` measured, of each processor. */
export const speed = (): string => benches().map(summariesOf).join('\n\n');

function summariesOf(report: Report): string {
  const { ratios, copy, naive, launch, fusion, halves, startup } = report;
  const summary = (label: string, { forward, backward }: Report['ratios'], least: boolean): string => {
    const part = (ratio: Ratio | null, pass: string): string =>
      ratio
        ? `${pass} ${ratio.geomean.toFixed(2)} (${least ? `least ${ratio.min.toFixed(2)}, ${ratio.minName}` : `most ${ratio.max.toFixed(2)}, ${ratio.maxName}`})`
        : '';
    return `- ${label}, geometric mean: ${[part(forward, 'forward'), part(backward, 'backward')].filter(Boolean).join('; ')}`;
  };
  const inHalf = (wanted: 'f16' | 'bf16') =>
    halves
      .filter(({ dtype }) => dtype === wanted)
      .map(({ name, pass, ratio }) => `${name} ${pass} ${ratio.p50.toFixed(2)}`)
      .join(', ');
  return [
    circumstancesOf(report),
    '',
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
  ].join('\n');
}

/** The figures of those summaries that tell most. */
export function headlines(): string {
  const report = slowest();
  const { ratios, copy, launch } = report;
  const means = ({ forward, backward }: Report['ratios']): string =>
    `${forward?.geomean.toFixed(2)} forward, ${backward?.geomean.toFixed(2)} backward`;
  return [
    `- Speed relative to the fastest of the other libraries, geometric mean: ${means(ratios)}`,
    `- Speed relative to a kernel that only copies: ${means(copy)}`,
    `- Recording and running ${launch.dispatches} short dispatches: ${launch.ratio.p50.toFixed(2)} of hand-written WebGPU’s time`,
    '',
    circumstancesOf(report),
  ].join('\n');
}

/** Every function beside the copy kernel, the naive formula and the fastest peer. */
export function times(): string {
  const reports = benches();
  const truths = resultOf<Truths>('truth.json').rows;
  // What a peer gets wrong in kind stands beside its speed.
  const faultsOf = ({ name, pass, subject }: Timing): string => {
    const found = truths.find((row) => row.name === name && row.pass === pass && row.subject === subject);
    const faults = Object.keys(found?.faults ?? {});
    return faults.length ? ` (${faults.join(', ')})` : '';
  };
  const groupOf = ({ rows }: Report, name: string, pass: Timing['pass']) => {
    const n = longest(rows);
    const group = rows.filter((row) => row.name === name && row.pass === pass && row.n === n);
    const peers = group.filter(({ kind, p50 }) => kind === 'peer' && p50);
    return {
      ours: group.find(({ kind }) => kind === 'ours'),
      naive: group.find(({ kind }) => kind === 'naive')?.timesOurs,
      fastest: peers.sort((a, b) => a.p50! - b.p50!)[0],
    };
  };
  const least = (figures: readonly (number | null | undefined)[]): number | undefined =>
    figures.filter((figure) => typeof figure === 'number').sort((a, b) => a - b)[0];
  // Of each figure the worst that any processor gave.
  const cellsOf = (name: string, pass: Timing['pass']): string[] => {
    const groups = reports.map((report) => groupOf(report, name, pass));
    const speed = least(groups.map(({ ours }) => ours?.p50 && 1e6 / ours.p50));
    const ofCopy = least(groups.map(({ ours }) => ours?.fractionOfCopy));
    const ofNaive = least(groups.map(({ naive }) => naive));
    const beside = least(groups.map(({ fastest }) => fastest?.timesOurs));
    const peer = groups.find(({ fastest }) => fastest && fastest.timesOurs === beside)?.fastest;
    return [
      speed ? (1 / speed).toPrecision(3) : '',
      ofCopy?.toFixed(2) ?? '',
      ofNaive ? (1 / ofNaive).toFixed(2) : '',
      peer && beside ? `${beside.toFixed(2)} ${peer.subject}${faultsOf(peer)}` : '',
    ];
  };
  return [
    '| | forward ms | of copy | of naive | fastest peer | backward ms | of copy | of naive | fastest peer |',
    '|---|---|---|---|---|---|---|---|---|',
    ...[...new Set(reports.flatMap(({ rows }) => rows.map(({ name }) => name)))].map(
      (name) => `| ${[name, ...cellsOf(name, 'forward'), ...cellsOf(name, 'backward')].join(' | ')} |`,
    ),
    '',
    ...reports.map(circumstancesOf),
  ].join('\n');
}

/** What `npm run step` measured. */
export function step(): string {
  const { rows, batch, layers, date, processor, adapter, browser } = resultOf<StepReport>('step.json');
  return [
    '| | ms a step | of our time |',
    '|---|---|---|',
    ...rows.map(
      ({ subject, version, time, timesOurs }) =>
        `| ${[`${subject} ${version}`.trim(), (time.p50 / 1e6).toPrecision(3), timesOurs.p50.toFixed(2)].join(' | ')} |`,
    ),
    '',
    `Batches of ${batch}, ${layers.join(' → ')}, float32, ${dayOf(date)}, ${processor}, ${adapter.name}, ${browser}.`,
  ].join('\n');
}

export interface Headroom {
  readonly date: string;
  readonly driver: string;
  readonly cards: readonly { readonly family: string; readonly card: string }[];
  readonly rows: readonly HeadroomRow[];
}
interface HeadroomRow {
  readonly name: string;
  readonly pass: Timing['pass'];
  readonly family: ReturnType<typeof familyOf>;
  /** By the card's family. */
  readonly of: Readonly<Record<string, Compiled>>;
}
interface Compiled {
  readonly instructions: number;
  readonly registers: number;
  readonly spills: number;
  /** Of a SIMD, for 64 elements. */
  readonly cycles: number;
  readonly headroom: number;
}

/** What `npm run headroom` measured: instructions and registers are the most of any family. */
export function headroom(): string {
  const { date, driver, cards, rows } = resultOf<Headroom>('headroom.json');
  const cellsOf = ({ of }: HeadroomRow): (string | number)[] => {
    const compiled = cards.map(({ family }) => of[family]!);
    const most = (fact: 'instructions' | 'registers' | 'spills') => Math.max(...compiled.map((facts) => facts[fact]));
    const spills = most('spills');
    return [
      ...[most('instructions'), `${most('registers')}${spills ? `, ${spills} spilled` : ''}`],
      ...compiled.map((facts) => facts.headroom.toFixed(facts.headroom < 10 ? 1 : 0)),
    ];
  };
  return [
    `| | pass | instructions | registers | ${cards.map(({ card }) => card).join(' | ')} |`,
    `|---|---|---|---|${cards.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${[row.name, row.pass, ...cellsOf(row)].join(' | ')} |`),
    '',
    `${dayOf(date)}, float32, ${driver}, families ${cards.map(({ family }) => family).join(', ')}.`,
  ].join('\n');
}

interface Portability {
  readonly date: string;
  readonly count: number;
  readonly implementations: readonly {
    readonly runtime: string;
    readonly implementation: string;
    readonly version: string;
    readonly adapter: string;
    readonly passed: number;
    readonly checks: number;
  }[];
  readonly rows: readonly ({ readonly name: string; readonly bound: number } & Readonly<
    Record<string, number | string>
  >)[];
}

/** Where the implementations of WebGPU were compared, and where their errors differ by so many ULP. */
const NOTABLE = 0.05;

/** What `npm run portability` measured. */
export function portability(): string {
  const { date, count, implementations, rows }: Portability = resultOf('portability.json');
  const errorsOf = (row: Portability['rows'][0]) => implementations.map(({ runtime }) => Number(row[runtime]));
  const differing = rows.filter((row) => Math.max(...errorsOf(row)) - Math.min(...errorsOf(row)) > NOTABLE);
  const cell = (value: number) => String(Number(value.toPrecision(3)));
  return [
    '| WebGPU | in | adapter | checks passed |',
    '|---|---|---|---|',
    ...implementations.map(
      ({ implementation, version, adapter, passed, checks }) =>
        `| ${implementation} | ${version} | ${adapter} | ${passed} of ${checks} |`,
    ),
    '',
    `<details><summary>The largest errors in ULP, where they differ by more than ${NOTABLE}</summary>`,
    '',
    `| result | bound | ${implementations.map(({ runtime }) => runtime).join(' | ')} |`,
    `|---|---|${implementations.map(() => '---|').join('')}`,
    ...differing.map((row) => `| ${[row.name, cell(row.bound), ...errorsOf(row).map(cell)].join(' | ')} |`),
    '',
    '</details>',
    '',
    `${dayOf(date)}, float32, about ${count.toLocaleString('en')} inputs a pass.`,
  ].join('\n');
}

/** The reports in bench/results/adapters, by file. */
export function adapterReports(): Map<string, AdapterReport> {
  const folder = new URL('../bench/results/adapters/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return new Map(files.sort().map((file) => [file, parseAdapterReport(readFileSync(new URL(file, folder), 'utf8'))]));
}

/** A line for each adapter that sent a report, then what failed there. */
export function adapters(reports: Iterable<AdapterReport> = adapterReports().values()): string {
  const all = [...reports];
  const share = ({ rows }: AdapterReport, names: readonly string[]): string =>
    PASSES.map((pass) => {
      const shares = rows.filter((row) => row.kind === 'ours' && row.pass === pass && row.n === longest(rows));
      const found = shares.flatMap(({ name, fractionOfCopy }) =>
        names.includes(name) && fractionOfCopy ? [fractionOfCopy] : [],
      );
      return found.length ? geometricMean(found).toFixed(2) : '–';
    }).join(' / ');
  const copy = ({ rows }: AdapterReport): string => {
    const speeds = rows.filter(
      ({ kind, name, pass, n }) => kind === 'copy' && name === 'relu' && pass === 'forward' && n === longest(rows),
    );
    const found = speeds.flatMap(({ gigabytesPerSecond }) => gigabytesPerSecond ?? []);
    return found.length ? medianOf(found).toPrecision(3) : '–';
  };
  /** Of elements: a row's error has another measure, and the shape in its name. */
  const largest = ({ results }: AdapterReport): string => {
    const [worst] = results
      .filter(({ name }) => !name.includes(','))
      .toSorted((a, b) => Number(b.maxUlp) - Number(a.maxUlp));
    return worst ? `${Number(Number(worst.maxUlp).toPrecision(3))} (${worst.name}, bound ${worst.bound})` : '–';
  };
  const failures = all.flatMap(({ adapter, runtime, results, rows }) => [
    ...results.flatMap(({ status, name, reason }) =>
      status === 'failed' ? [`- ${adapter.name}, ${runtime}: ${name}: ${reason}`] : [],
    ),
    ...rows.flatMap(({ kind, name, pass, fault }) =>
      kind === 'ours' && fault ? [`- ${adapter.name}, ${runtime}: ${name} ${pass}, bench: ${fault}`] : [],
    ),
  ]);
  return [
    `| adapter | program | processor | date, version | checks passed | largest error, ULP | copy, GB/s | ${Object.keys(REPORTED).join(' | ')} |`,
    `|---|---|---|---|---|---|---|${'---|'.repeat(Object.keys(REPORTED).length)}`,
    ...all.map((report) => {
      const { adapter, runtime, machine, date, version, results } = report;
      const cells = [
        adapter.name,
        `${runtime}, ${machine.system}`,
        `${machine.processor ?? 'not told'}, ${machine.cores} cores`,
        `${dayOf(date)}, ${version}`,
        `${results.filter(({ status }) => status === 'passed').length} of ${results.length}`,
        largest(report),
        copy(report),
        ...Object.values(REPORTED).map((names) => share(report, names)),
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    }),
    '',
    `Share of copy: ${Object.entries(REPORTED)
      .map(([kind, names]) => `${kind} is ${names.join(', ')}`)
      .join('; ')}.`,
    '',
    ...(failures.length ? ['Failed:', '', ...failures] : ['No check failed.']),
  ].join('\n');
}

/** The joined text of a short kernel. */
export function joined(): string {
  const [kernel] = joinedTexts(resolveActivation('relu'), 'forward', 1024, {}, true);
  const { label, entryPoint, constants, text } = kernel!;
  return [
    `\`${label}\`, entry point \`${entryPoint}\`, constants \`${JSON.stringify(constants)}\`:`,
    '',
    '```wgsl',
    text.trim(),
    '```',
  ].join('\n');
}

/** What can stand between `<!-- generated: NAME -->` and `<!-- end -->`. */
const parts: Readonly<Record<string, () => string>> = {
  activations,
  names,
  truth,
  speed,
  headlines,
  times,
  step,
  guide,
  headroom,
  portability,
  adapters,
  joined,
  traffic,
};

/** A document with every generated part made anew. */
export function generate(document: string): string {
  return document.replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, start: string, name: string, end: string) => `${start}\n${partOf(name)}\n\n${end}`,
  );
}

function partOf(name: string): string {
  const part = parts[name];
  if (!part) throw new RangeError(`expected one of ${Object.keys(parts).join(', ')}, got "${name}"`);
  return part();
}
