/** The run's settings, its result, and results of before. */
import { signal } from '@preact/signals';
import { catalogue } from '../../../src/index.js';
import { clockOf, DEFAULT_ROUNDS, measureRows } from '../../bench.js';
import type { Peer } from '../../peers/peer.js';
import type { Circumstances } from '../../report.js';
import { DTYPES, type Row } from '../../rows.js';
import { PASSES } from '../../work.js';
import { browserName, deviceNow } from '../device.js';
import { createSettings, read, readShared, write } from '../settings.js';
import { inTurn } from '../turn.js';
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
    return (JSON.parse(text ?? '[]') as unknown[]).flatMap((report) => parse(JSON.stringify(report)) ?? []);
  } catch {
    return [];
  }
}

/** A software adapter's memory is the machine's own, of which the sets of tensors may take a part only. */
const LARGEST_ON_SOFTWARE = 24;
const LARGEST = 28;

/** The largest tensor that is measured on this device, as a power of two. */
export function largestExponent(): number {
  const device = deviceNow();
  if (!device || device.adapter.software) return LARGEST_ON_SOFTWARE;
  return Math.min(Math.floor(Math.log2(device.activations.device.limits.maxBufferSize / 4)), LARGEST);
}

/** What a link may say that cannot be measured here, or undefined. */
function problemOf({ passes, sizes, dtype, names }: typeof settings.value): string | undefined {
  const unknown = [
    ...names.filter((name) => !Object.hasOwn(catalogue, name)),
    ...passes.filter((pass) => !PASSES.some((known) => known === pass)),
    ...(DTYPES.some((known) => known === dtype) ? [] : [dtype]),
  ];
  if (unknown.length) return `Expected activations, passes and types that are listed here, got ${unknown.join(', ')}.`;
  const largest = largestExponent();
  const wrong = sizes.filter((exponent) => !/^[12]?\d$/.test(exponent) || Number(exponent) > largest);
  return wrong.length
    ? `Expected at most 2^${largest} elements on this device, got 2^${wrong.join(', 2^')}.`
    : undefined;
}

/** Another tab may have kept some meanwhile. */
export function addEarlier(report: Outcome): void {
  const known = new Map([...parseAll(readShared('earlier')), ...earlier.value].map((one) => [one.date, one]));
  known.delete(report.date);
  const others = [...known.values()].sort((a, b) => b.date.localeCompare(a.date));
  earlier.value = [report, ...others].slice(0, EARLIER_KEPT);
  write('earlier', JSON.stringify(earlier.value));
}

export async function run(): Promise<void> {
  if (progress.value) return;
  const { names, passes, sizes, dtype } = settings.value;
  const rounds = Math.max(Math.round(settings.value.rounds), 1);
  const device = deviceNow();
  message.value = problemOf(settings.value) ?? '';
  if (message.value) return;
  controller = new AbortController();
  const former = outcome.value;
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
    // a page that is closed meanwhile keeps what there is
    if (rows.length > 0) write('result', JSON.stringify(outcome.value));
  };
  show();
  const onProgress = (label: string, done: number, total: number) => {
    progress.value = { label, done, total };
  };
  onProgress('loading opponents', 0, 1);
  const { signal: stopped } = controller;
  try {
    const onWait = () => onProgress('waiting for another measurement', 0, 1);
    await inTurn({ signal: stopped, onWait }, async () => {
      onProgress('loading opponents', 0, 1);
      const options = {
        ...{ names, rounds, signal: stopped, onProgress },
        passes: PASSES.filter((pass) => passes.includes(pass)),
        dtype: dtype as (typeof DTYPES)[number],
        lengths: sizes.map((exponent) => 2 ** Number(exponent)).sort((a, b) => a - b),
        peers: await loadPeers(!device),
        onRows(measured: readonly Row[]) {
          if (former && rows.length === 0) addEarlier(former);
          rows.push(...measured);
          show();
        },
      };
      if (!device) return benchCpu(options);
      const { activations, adapter } = device;
      const facts = { clock: clockOf(activations), versions: versionsOf(options.peers) };
      const measured = await measureRows(activations, { ...options, isIeee: adapter.software });
      outcome.value = { ...circumstances, rounds, ...facts, ...measured };
    });
  } catch (error) {
    const measured = rows.length > 0 ? 'what was measured is shown' : 'nothing was measured yet';
    message.value = stopped.aborted ? `Cancelled; ${measured}.` : (error as Error).message;
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
  const chosen = settings.value.opponents.filter(
    (name) => Object.hasOwn(opponents, name) && !(isCpuOnly && opponents[name]!.isOnGpu),
  );
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
