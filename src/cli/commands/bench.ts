import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { commonRows, createReport, formatCsv, type Report, regressionsOf } from '../../../bench/report.js';
import type { Ratio, Ratios, Row } from '../../../bench/rows.js';
import type { Startup } from '../../../bench/startup.js';
import type { StorageType } from '../../storage.js';
import { type Arguments, countOf, countsOf, dtypeOf, optionOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ExitStatus, UsageError } from '../exit.js';
import { activationKeys } from '../names.js';
import { checkTargets, complain, formatJson, jsonOption, print, writeText } from '../output.js';
import { packageRevision } from '../package.js';
import { withPeers } from '../peers.js';
import { ProgressDisplay } from '../progress.js';
import { runtimeOptions, withRuntime } from '../runtimes/index.js';
import type { Runtime } from '../runtimes/runtime.js';
import { type Column, formatFigure, formatMilliseconds, formatTable } from '../table.js';

/** An array of 1 GiB, and its truth in float64 of 2 GiB: more than that no browser allocates for sure. */
export const MAXIMUM_LENGTH = 2 ** 28;
/** At some 30 ms each of more than a thousand measurements. */
const MAXIMUM_ROUNDS = 1000;

export const bench: Command = {
  name: 'bench',
  synopsis: '[NAME …] [--sizes 1e6,1e7] [--dtype f16|bf16] [--json FILE] [--csv FILE] [--peers] [--baseline FILE]',
  summary:
    'times every activation against a copy kernel, the naive formula and other libraries; checks before it times',
  options: {
    sizes: { value: 'N,N', description: 'elements of a tensor; default 2²² on software, 2²² and 2²⁶ on a GPU' },
    rounds: { value: 'N', description: 'how often each is measured; default 7' },
    dtype: { value: 'f16|bf16', description: 'elements of that type in memory; default f32' },
    peers: { description: 'other libraries in the same page (installed by you), and a plain loop' },
    baseline: {
      value: 'FILE',
      description: 'an earlier --json: exit status 1 where this run is slower beyond the noise',
    },
    json: jsonOption,
    csv: { value: 'FILE', description: 'write the rows as CSV, - for standard output' },
    ...runtimeOptions,
  },
  async run(given) {
    const names = activationKeys(given.positionals);
    const lengths = countsOf(given, 'sizes', MAXIMUM_LENGTH);
    const rounds = countOf(given, 'rounds', MAXIMUM_ROUNDS);
    const baseline = await readBaseline(optionOf(given, 'baseline'));
    const dtype = dtypeOf(given);
    if (dtype !== 'f32' && given.values.has('peers')) throw new UsageError('--dtype and --peers exclude each other');
    await checkTargets(given, ['json', 'csv']);
    const request = { names, dtype, ...(lengths && { lengths }), ...(rounds && { rounds }) };
    const report = await withRuntime(given, (runtime) => measure(runtime, request, given.values.has('peers')));
    await write(given, report);
    const isWrong = report.rows.some(({ subject, fault }) => subject === 'ours' && fault);
    const isSlower = baseline !== undefined && !holdsAgainst(report, baseline);
    return isWrong || isSlower ? ExitStatus.failed : ExitStatus.good;
  },
};

interface Request {
  readonly names: readonly string[];
  readonly dtype: StorageType;
  readonly lengths?: readonly number[];
  readonly rounds?: number;
}

async function measure(runtime: Runtime, request: Request, hasPeers: boolean): Promise<Report> {
  const progress = new ProgressDisplay();
  const options = { report: progress.report };
  const { adapter, limits } = (await runtime.call('info', {})).answer;
  checkLengths(request.lengths ?? [], adapter.name, limits);
  const call = async (peers: object) => (await runtime.call('bench', { ...request, ...peers }, options)).answer;
  const measurement =
    hasPeers && runtime.isPage
      ? await withPeers(runtime.serve, (bundle) => call({ peers: { bundle } }))
      : await call(hasPeers ? { peers: {} } : {});
  progress.clear();
  const date = new Date().toISOString();
  const processor = cpus()[0]?.model.trim();
  const circumstances = { adapter, runtime: runtime.name, date, ...(processor && { processor }) };
  return createReport({ ...circumstances, commit: packageRevision() }, measurement);
}

/** Every tensor is one buffer and one binding. @throws {UsageError} for more than the adapter has */
export function checkLengths(
  lengths: readonly number[],
  adapter: string,
  limits: Readonly<Record<string, number>>,
): void {
  const { maxBufferSize = Infinity, maxStorageBufferBindingSize = Infinity } = limits;
  const maximum = Math.floor(Math.min(maxBufferSize, maxStorageBufferBindingSize) / 4);
  const tooLong = lengths.find((length) => length > maximum);
  if (tooLong) throw new UsageError(`--sizes needs at most ${maximum} elements on ${adapter}, got ${tooLong}`);
}

/** @throws {UsageError} */
async function readBaseline(path: string | undefined): Promise<Report | undefined> {
  if (path === undefined) return undefined;
  let report: Partial<Report>;
  try {
    report = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`);
  }
  if (!Array.isArray(report?.rows)) throw new UsageError(`${path}: expected the JSON of an earlier bench, with rows`);
  return report as Report;
}

/** Says what is slower than in the earlier run. Nothing in common is no success. */
function holdsAgainst({ rows }: Report, baseline: Report): boolean {
  const compared = commonRows(rows, baseline.rows).length;
  const regressions = regressionsOf(rows, baseline.rows);
  const lines = regressions.map(
    ({ name, pass, n, before, now }) =>
      `SLOWER ${name} ${pass}, n = ${n}: ${formatFigure(now)} of the copy kernel, ${formatFigure(before)} before`,
  );
  const verdict = compared
    ? `nothing slower than the baseline, of ${compared} rows in both`
    : 'nothing was compared: expected a baseline with the same activations, sizes and type, got none of them';
  complain(`${lines.length ? lines.join('\n') : verdict}\n`);
  return compared > 0 && regressions.length === 0;
}

async function write(given: Arguments, report: Report): Promise<void> {
  const json = optionOf(given, 'json');
  const csv = optionOf(given, 'csv');
  if (json) await writeText(json, formatJson(report));
  if (csv) await writeText(csv, formatCsv(report));
  if (json !== '-' && csv !== '-') {
    print(formatHeader(report));
    print(`\n${formatRows(report.rows)}\n`);
    print(formatSummaries(report));
  }
}

function formatHeader({ adapter, runtime, date, commit, clock, rounds, copyShapes, versions }: Report): string {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`.trim());
  return [
    `Adapter: ${adapter.name}, ${runtime}; ${date}, ${commit}`,
    ...(adapter.software ? ['SOFTWARE ADAPTER: the shaders ran on the CPU, and all figures are a CPU’s.'] : []),
    `Medians of ${rounds} interleaved rounds, warm, tensors resident, inputs normal, checked first.`,
    `Clock: ${clock} for ours, copy and naive${peers.length ? '; the wall’s, queue done, for what is compared with other libraries' : ''}.`,
    ...(peers.length ? [`Peers: ${peers.join(', ')}`] : []),
    ...copyShapes.map(
      ({ n, reads, writes, sets, shape }) =>
        `Copy, n = ${n}, ${reads} read, ${writes} written: ${shape}; runs rotate among ${sets} sets of tensors`,
    ),
  ].join('\n');
}

/** One line for each activation, pass and size; what other subjects took stands in times of ours. */
function formatRows(rows: readonly Row[]): string {
  const groups = new Map<string, Map<string, Row>>();
  for (const row of rows) {
    const key = `${row.name} ${row.pass} ${row.n}`;
    groups.set(key, (groups.get(key) ?? new Map()).set(row.subject, row));
  }
  type Group = Map<string, Row>;
  const others = [
    ...new Set(rows.filter(({ kind }) => kind === 'peer' || kind === 'cpu').map(({ subject }) => subject)),
  ];
  const ours = (group: Group): Row => group.get('ours')!;
  const figure = (value: number | null | undefined, unit = '') => (value ? `${formatFigure(value)}${unit}` : '');
  const milliseconds = (value: number | null) => (value === null ? '' : formatMilliseconds(value));
  const columns: Column<Group>[] = [
    { title: 'activation', align: 'left', text: (group) => ours(group).name },
    { title: 'pass', align: 'left', text: (group) => ours(group).pass },
    { title: 'dtype', align: 'left', text: (group) => ours(group).dtype },
    { title: 'n', align: 'right', text: (group) => String(ours(group).n) },
    { title: 'time', align: 'right', text: (group) => milliseconds(ours(group).p50) },
    { title: 'GB/s', align: 'right', text: (group) => figure(ours(group).gigabytesPerSecond) },
    { title: 'of copy', align: 'right', text: (group) => figure(ours(group).fractionOfCopy) },
    { title: 'naive', align: 'right', text: (group) => figure(group.get('naive')?.timesOurs, '×') },
    ...others.map(
      (subject): Column<Group> => ({
        title: subject,
        align: 'right',
        text: (group) => (group.get(subject)?.fault ? 'wrong' : figure(group.get(subject)?.timesOurs, '×')),
      }),
    ),
    { title: 'cold', align: 'right', text: (group) => milliseconds(ours(group).cold) },
    { title: 'arrays', align: 'right', text: (group) => milliseconds(ours(group).roundTrip) },
    { title: '', align: 'left', text: (group) => (ours(group).fault ? `WRONG: ${ours(group).fault}` : '') },
  ];
  return [
    formatTable(columns, [...groups.values()]),
    'Columns of other subjects: their time over ours. cold and arrays: the first and the second call with arrays in and out.',
  ].join('\n');
}

function formatSummaries({ ratios, copy, naive, launch, fusion, halves, startup }: Report): string {
  const line = (title: string, summary: Ratios, worst: 'min' | 'max') =>
    (['forward', 'backward'] as const).flatMap((pass) =>
      summary[pass] ? [`${title} ${pass}: ${formatRatio(summary[pass], worst)}`] : [],
    );
  return [
    ...line('speed over the fastest peer,', ratios, 'min'),
    ...line('speed over the copy kernel,', copy, 'min'),
    ...line('time over the naive formula,', naive, 'max'),
    `recording and running ${launch.dispatches} dispatches of ${launch.n} elements: ${formatFigure(launch.ratio.p50)} of raw WebGPU's time ` +
      `(recording alone ${formatFigure(launch.recordingRatio.p50)})`,
    ...fusion.map(({ name, ratio, ideal }) => `${name}: ${formatFigure(ratio.p50)}×, by bytes ${formatFigure(ideal)}×`),
    ...halves.map(
      ({ name, pass, dtype, ratio }) =>
        `${name} ${pass} in ${dtype}: ${formatFigure(ratio.p50)}× the elements a second of float32`,
    ),
    `from nothing to the first result, gelu of 2²⁰ elements: ${startup.map(formatStartup).join(', ')}`,
  ].join('\n');
}

function formatRatio({ geomean, min, minName, max, maxName }: Ratio, worst: 'min' | 'max'): string {
  const [figure, name] = worst === 'min' ? [min, minName] : [max, maxName];
  return `geometric mean ${formatFigure(geomean)}, ${worst === 'min' ? 'least' : 'most'} ${formatFigure(figure)} (${name})`;
}

const formatStartup = ({ subject, nanoseconds }: Startup): string => `${subject} ${formatMilliseconds(nanoseconds)}`;
