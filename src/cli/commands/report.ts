import { arch, cpus, release, type } from 'node:os';
import { join } from 'node:path';
import {
  type AdapterReport,
  createAdapterReport,
  REPORTED_COUNT,
  REPORTED_NAMES,
  REPORTED_ROUNDS,
  reportedLengths,
  reportFileName,
} from '../../../bench/adapter_report.js';
import { type Arguments, countOf, countsOf, optionOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ExitStatus, UsageError } from '../exit.js';
import { activationKeys } from '../names.js';
import { checkFiles, complain, formatJson, writeText } from '../output.js';
import { packageRevision, packageVersion } from '../package.js';
import { ProgressDisplay } from '../progress.js';
import { runtimeOptions, withRuntime } from '../runtimes/index.js';
import type { Runtime } from '../runtimes/runtime.js';
import { formatFigure, formatMilliseconds } from '../table.js';
import { checkLengths, MAXIMUM_LENGTH } from './bench.js';

/** Of the rows of `--full`: with checks and the rest it ends within eight minutes. */
const FULL_SECONDS = 330;

const { module: _, ...options } = runtimeOptions;

export const report: Command = {
  name: 'report',
  synopsis: '[NAME …] [--full] [--json FILE] [--markdown FILE]',
  summary: 'one JSON to send: what the adapter is, whether it computes right, how fast; two to four minutes',
  options: {
    json: {
      value: 'FILE',
      description:
        'where to write it; a name that ends in / is a folder; default standard output, unless there is --markdown',
    },
    out: { value: 'FILE', description: 'the same as --json' },
    markdown: { value: 'FILE', description: 'write it as tables for people' },
    full: { description: 'time every function, 16-bit storage, fused passes and launch too; eight minutes' },
    count: { value: 'N', description: `about how many inputs a check takes; default ${REPORTED_COUNT}` },
    sizes: {
      value: 'N,N',
      description: 'elements of a tensor; default 2²⁰ on software, 2²⁴ on a GPU, with --full 2²² and 2²⁶',
    },
    ...options,
  },
  async run(given) {
    const names = activationKeys(given.positionals);
    const count = countOf(given, 'count', MAXIMUM_LENGTH) ?? REPORTED_COUNT;
    const lengths = countsOf(given, 'sizes', MAXIMUM_LENGTH);
    if (given.values.has('json') && given.values.has('out')) throw new UsageError('expected --json or --out, got both');
    const markdown = optionOf(given, 'markdown');
    const out = optionOf(given, 'json') ?? optionOf(given, 'out') ?? (markdown === undefined ? '-' : undefined);
    const isFolder = /[\\/]$/.test(out ?? '');
    const targets = [isFolder ? join(out!, 'report.json') : out, markdown].flatMap((path) => path ?? []);
    await checkFiles(targets, '--json, --markdown');
    const measured = await withRuntime(given, (runtime) => measure(runtime, given, { names, count, lengths }));
    const file = isFolder ? join(out!, reportFileName(measured)) : out;
    if (file !== undefined) await writeText(file, formatJson(measured));
    if (markdown !== undefined) await writeText(markdown, formatMarkdown(measured));
    const written = [file, markdown].filter((path) => path !== undefined && path !== '-');
    complain([formatSummary(measured), ...written.map((path) => `${path}\n`)].join(''));
    const isWrong = measured.rows.some(({ subject, fault }) => subject === 'ours' && fault);
    return isWrong || measured.results.some(isFailed) ? ExitStatus.failed : ExitStatus.good;
  },
};

interface Work {
  readonly names: readonly string[];
  readonly count: number;
  readonly lengths: readonly number[] | undefined;
}

async function measure(runtime: Runtime, given: Arguments, { names, count, lengths }: Work): Promise<AdapterReport> {
  const progress = new ProgressDisplay();
  const display = { report: progress.report };
  const isFull = given.values.has('full');
  const info = (await runtime.call('info', {})).answer;
  if (lengths) checkLengths(lengths, info.adapter.name, info.limits);
  const { answer: results } = await runtime.call('checkSamples', { names, count }, display);
  const isTimed = (name: string) => isFull || given.positionals.length > 0 || REPORTED_NAMES.includes(name);
  const request = {
    ...{ names: names.filter(isTimed), lengths: lengths ?? reportedLengths(info, isFull) },
    ...{ rounds: REPORTED_ROUNDS, extent: 'resident' as const, ...(isFull && { seconds: FULL_SECONDS }) },
  };
  const { answer: measurement } = await (isFull
    ? runtime.call('bench', request, display)
    : runtime.call('benchRows', request, display));
  progress.clear();
  const [processor] = cpus();
  return createAdapterReport({
    ...{ info, runtime: runtime.name, version: packageVersion(), commit: packageRevision() },
    machine: {
      system: `${type()} ${release()} ${arch()}`,
      processor: processor?.model.trim() || null,
      cores: cpus().length,
    },
    ...{ count, results, measurement },
  });
}

const isFailed = ({ status }: AdapterReport['results'][number]): boolean => status === 'failed';

/** For people: what the adapter is, what failed, and the times. */
function formatMarkdown(report: AdapterReport): string {
  const { adapter, runtime, date, version, machine, results, rows } = report;
  const failed = results.filter(isFailed);
  const table = (titles: readonly string[], lines: readonly (readonly (string | number)[])[]): string[] =>
    [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  const timed = rows.flatMap(({ name, pass, n, subject, p50, gigabytesPerSecond, fractionOfCopy, fault }) => {
    const figures = [p50 && formatMilliseconds(p50), gigabytesPerSecond, fractionOfCopy];
    return subject === 'ours' ? [[name, pass, n, ...figures.map((figure) => figure || '–'), fault ?? '']] : [];
  });
  return [
    `# ${adapter.name}`,
    '',
    `${runtime}, ${machine.system}, ${machine.processor ?? 'processor unknown'}, ${machine.cores} cores, ${date.slice(0, 10)}, webgpu-activations ${version}`,
    '',
    `${results.length - failed.length} of ${results.length} checks passed.`,
    '',
    ...(failed.length
      ? [
          ...table(
            ['check', 'reason'],
            failed.map(({ name, reason }) => [name, reason ?? '']),
          ),
          '',
        ]
      : []),
    ...table(['function', 'pass', 'elements', 'time', 'GB/s', 'share of copy', 'fault'], timed),
  ].join('\n');
}

function formatSummary({ adapter, runtime, results, rows, copy }: AdapterReport): string {
  const failed = results.filter(isFailed);
  const faults = rows.filter(({ subject, fault }) => subject === 'ours' && fault);
  const passes = (['forward', 'backward'] as const).flatMap((pass) =>
    copy[pass] ? [`${pass} ${formatFigure(copy[pass].geomean)}`] : [],
  );
  return [
    `${adapter.name}, ${runtime}: ${results.length - failed.length} of ${results.length} checks passed`,
    ...failed.map(({ name, reason }) => `FAIL ${name}: ${reason}`),
    ...faults.map(({ name, pass, fault }) => `WRONG ${name} ${pass}: ${fault}`),
    `speed over the copy kernel, geometric mean: ${passes.join(', ')}`,
    '',
  ].join('\n');
}
