/** The run's settings, its result, and results of before. */
import { signal } from '@preact/signals';
import type { Activations } from '../../../src/index.js';
import { type BenchOptions, bench, DEFAULT_ROUNDS } from '../../bench.js';
import { type Circumstances, createReport, type Report } from '../../report.js';
import { DTYPES, type Row } from '../../rows.js';
import { PASSES } from '../../work.js';
import { browserName, deviceNow } from '../device.js';
import { createSettings, read, write } from '../settings.js';
import { benchCpu } from './cpu.js';
import { opponents } from './opponents.js';

export const settings = createSettings('benchmark', {
  names: ['relu', 'gelu', 'silu', 'tanh'] as readonly string[],
  passes: [...PASSES] as readonly string[],
  /** Elements of a tensor, as powers of two. */
  sizes: ['12', '16', '20'] as readonly string[],
  dtype: DTYPES[0] as string,
  opponents: ['loop'] as readonly string[],
  rounds: DEFAULT_ROUNDS,
  /** What the charts show. */
  pass: 'forward',
  name: '',
});

export const change = (part: Partial<typeof settings.value>): void => {
  settings.value = { ...settings.value, ...part };
};

/** A report, which a run that was cut short or had no GPU has only in part. */
export type Outcome = Circumstances & Pick<Report, 'rounds' | 'rows'> & Partial<Report>;

export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

export const outcome = signal<Outcome | undefined>(parse(read('result')));
export const earlier = signal<readonly Outcome[]>(parseAll(read('earlier')));
/** The index in `earlier` of what is drawn beside. */
export const compared = signal(-1);
export const progress = signal<Progress | undefined>(undefined);
export const message = signal('');

const EARLIER_KEPT = 5;
let controller: AbortController | undefined;

export const cancel = (): void => controller?.abort(new Error('cancelled'));

/** @throws {Error} for what is no report */
export function parseReport(text: string): Outcome {
  const report = JSON.parse(text) as Partial<Outcome> | null;
  if (!Array.isArray(report?.rows) || !report.adapter || !report.date)
    throw new Error('expected the JSON of a bench, with rows, adapter and date');
  return report as Outcome;
}

function parse(text: string | undefined): Outcome | undefined {
  try {
    return text ? parseReport(text) : undefined;
  } catch {
    return undefined;
  }
}

function parseAll(text: string | undefined): Outcome[] {
  try {
    return (JSON.parse(text ?? '[]') as unknown[]).map((report) => parseReport(JSON.stringify(report)));
  } catch {
    return [];
  }
}

export function addEarlier(report: Outcome): void {
  earlier.value = [report, ...earlier.value.filter(({ date }) => date !== report.date)].slice(0, EARLIER_KEPT);
  write('earlier', JSON.stringify(earlier.value));
}

export const titleOf = ({ date, adapter, rows }: Outcome): string =>
  `${date.slice(0, 16).replace('T', ' ')}, ${adapter.name}, ${rows.length} rows`;

export async function run(): Promise<void> {
  if (progress.value) return;
  const { names, passes, sizes, rounds } = settings.value;
  const device = deviceNow();
  controller = new AbortController();
  message.value = '';
  if (outcome.value) addEarlier(outcome.value);
  compared.value = -1;
  const circumstances: Circumstances = {
    adapter: device?.adapter ?? {
      ...{ name: 'no GPU: CPU opponents alone', vendor: '', architecture: '', device: '', description: '' },
      software: true,
    },
    ...{ runtime: browserName(), date: new Date().toISOString(), commit: REVISION },
  };
  const rows: Row[] = [];
  const show = () => {
    outcome.value = { ...circumstances, rounds, rows: [...rows] };
  };
  show();
  const onProgress = (label: string, done: number, total: number) => {
    progress.value = { label, done, total };
  };
  onProgress('loading opponents', 0, 1);
  try {
    const options = {
      ...{ names, rounds, signal: controller.signal, onProgress },
      passes: PASSES.filter((pass) => passes.includes(pass)),
      lengths: sizes.map((exponent) => 2 ** Number(exponent)).sort((a, b) => a - b),
      peers: await loadPeers(!device),
      onRows(measured: readonly Row[]) {
        rows.push(...measured);
        show();
      },
    };
    if (device)
      outcome.value = await benchGpu(
        device.activations,
        { ...options, isIeee: device.adapter.software },
        circumstances,
      );
    else await benchCpu(options);
  } catch (error) {
    message.value = controller.signal.aborted ? 'Cancelled; what was measured is shown.' : (error as Error).message;
  } finally {
    progress.value = undefined;
    if (outcome.value && rows.length > 0) write('result', JSON.stringify(outcome.value));
    else outcome.value = parse(read('result'));
  }
}

async function benchGpu(
  activations: Activations,
  options: BenchOptions,
  circumstances: Circumstances,
): Promise<Outcome> {
  return createReport(circumstances, await bench(navigator.gpu, activations, options));
}

/** One that does not load is left out, and said to be. */
async function loadPeers(isCpuOnly: boolean) {
  const chosen = settings.value.opponents.filter((name) => opponents[name] && !(isCpuOnly && opponents[name].isOnGpu));
  const loaded = await Promise.all(
    chosen.map(async (name) => {
      try {
        return [await opponents[name]!.load()];
      } catch (error) {
        message.value = `${opponents[name]!.label} did not load: ${(error as Error).message}`;
        return [];
      }
    }),
  );
  return loaded.flat();
}
