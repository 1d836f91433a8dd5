import { summarize } from '../../check/result.js';
import { countOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ExitStatus } from '../exit.js';
import type { SurveyRow } from '../host/survey.js';
import { activationKeys } from '../names.js';
import { print } from '../output.js';
import { ProgressDisplay } from '../progress.js';
import { errorColumns, formatSummary } from '../report.js';
import { runtimeOptions, withRuntime } from '../runtimes/index.js';
import { type Column, formatFigure, formatMilliseconds, formatTable } from '../table.js';

const defaultCount = 2 ** 24;
/** An array of 1 GiB, and its truth in float64 of 2 GiB. */
const MAXIMUM_COUNT = 2 ** 28;

export const start: Command = {
  name: 'start',
  synopsis: '[NAME …] [--count N]',
  summary: 'every activation over random numbers: checked against the reference, timed on the GPU and the CPU',
  options: { count: { value: 'N', description: `how many numbers; default ${defaultCount}` }, ...runtimeOptions },
  async run(given) {
    const names = activationKeys(given.positionals);
    const count = countOf(given, 'count', MAXIMUM_COUNT) ?? defaultCount;
    const { adapter, runtime, rows } = await withRuntime(given, async (runtime) => {
      const progress = new ProgressDisplay();
      const { adapter } = (await runtime.call('info', {})).answer;
      const { answer } = await runtime.call('survey', { names, count }, { report: progress.report });
      progress.clear();
      return { adapter, runtime: runtime.name, rows: answer };
    });
    print(`Adapter: ${adapter.name}, ${runtime}`);
    if (adapter.software) print('SOFTWARE ADAPTER: the shaders ran on the CPU, and their times are a CPU’s.');
    print(`${count} random normal numbers in every array\n`);
    print(formatTable(columns, rows));
    print(`\n${footnote(rows)}`);
    const summary = summarize(rows);
    print(formatSummary(summary));
    return summary.failed ? ExitStatus.failed : ExitStatus.good;
  },
};

const { activation, error, status } = errorColumns;

const columns: readonly Column<SurveyRow>[] = [
  activation,
  { title: 'pass', align: 'left', text: ({ direction }) => direction },
  error,
  { title: 'GPU', align: 'right', text: ({ gpu }) => formatMilliseconds(gpu.nanoseconds) },
  // Bytes per nanosecond are gigabytes per second.
  { title: 'GB/s', align: 'right', text: ({ bytes, gpu }) => formatFigure(bytes / gpu.nanoseconds) },
  { title: 'CPU', align: 'right', text: ({ cpuNanoseconds }) => formatMilliseconds(cpuNanoseconds) },
  {
    title: 'speed-up',
    align: 'right',
    text: ({ cpuNanoseconds, gpu }) => `${formatFigure(cpuNanoseconds / gpu.nanoseconds)}×`,
  },
  status,
];

function footnote(rows: readonly SurveyRow[]): string {
  const clock = rows.some(({ gpu }) => gpu.clock === 'wall') ? 'wall time until the queue is done' : 'timestamp-query';
  return `GPU: median of 3, warm, arrays on the GPU (${clock}). CPU: the float64 reference in a plain loop, one thread.`;
}
