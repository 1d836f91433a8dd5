/** The run's settings, its result, and results of before. */
import { signal } from '@preact/signals';
import { clockOf, DEFAULT_ROUNDS, measureRows } from '../../bench.js';
import type { Peer } from '../../peers/peer.js';
import type { Circumstances } from '../../report.js';
import { DTYPES, type Row } from '../../rows.js';
import { PASSES } from '../../work.js';
import { browserName, deviceNow } from '../device.js';
import { createSettings, read, write } from '../settings.js';
import { benchCpu } from './cpu.js';
import { opponents } from './opponents.js';
import { type Outcome, parseReport } from './report_file.js';

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

export async function run(): Promise<void> {
  if (progress.value) return;
  const { names, passes, sizes, dtype } = settings.value;
  const rounds = Math.max(Math.round(settings.value.rounds), 1);
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
      // a link may say anything
      dtype: DTYPES.find((each) => each === dtype) ?? 'f32',
      lengths: sizes
        .flatMap((exponent) => (/^[12]?\d$/.test(exponent) ? [2 ** Number(exponent)] : []))
        .sort((a, b) => a - b),
      peers: await loadPeers(!device),
      onRows(measured: readonly Row[]) {
        rows.push(...measured);
        show();
      },
    };
    if (device) {
      const { activations, adapter } = device;
      const facts = { clock: clockOf(activations), versions: versionsOf(options.peers) };
      const measured = await measureRows(activations, { ...options, isIeee: adapter.software });
      outcome.value = { ...circumstances, rounds, ...facts, ...measured };
    } else await benchCpu(options);
  } catch (error) {
    message.value = controller.signal.aborted ? 'Cancelled; what was measured is shown.' : (error as Error).message;
  } finally {
    progress.value = undefined;
    if (outcome.value && rows.length > 0) write('result', JSON.stringify(outcome.value));
    else outcome.value = parse(read('result'));
  }
}

const versionsOf = (peers: readonly Peer[]): Record<string, string> =>
  Object.fromEntries(peers.map(({ name, version }) => [name, version]));

/** One that does not load is left out, and said to be. */
async function loadPeers(isCpuOnly: boolean): Promise<Peer[]> {
  const chosen = settings.value.opponents.filter((name) => opponents[name] && !(isCpuOnly && opponents[name].isOnGpu));
  const peers: Peer[] = [];
  for (const name of chosen)
    try {
      const peer = await opponents[name]!.load();
      await peer.open();
      peers.push(peer);
    } catch (error) {
      message.value = `${opponents[name]!.label} did not load: ${(error as Error).message}`;
    }
  return peers;
}
