/** The first look: what was measured in this page, and the recorded result that stands there until then. */
import { signal } from '@preact/signals';
import recorded from '../../results/first.json';
import { type Outcome, packReport, parseReport } from '../benchmark/report_file.js';
import { type Device, foundDevice } from '../device.js';
import { reportAddress } from '../opened.js';
import { inTurn } from '../turn.js';

export const record: Outcome = parseReport(JSON.stringify(recorded));
export const look = signal<Outcome | undefined>(undefined);
export const progress = signal<{ readonly label: string; readonly done: number; readonly total: number } | undefined>(
  undefined,
);
export const problem = signal('');

/** The visitor, or the browser in his name, asked to load less. */
export const isReduced = (): boolean =>
  (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true ||
  matchMedia('(prefers-reduced-data: reduce)').matches;

let controller: AbortController | undefined;
let measured: Device | 'cpu' | undefined;

export const stop = (): void => controller?.abort(new Error('Stopped.'));

/** Once for a device, unless asked again. */
export async function measure(isAgain = false): Promise<void> {
  if (progress.value) return;
  const device = await foundDevice();
  if (progress.value || (measured === (device ?? 'cpu') && !isAgain)) return;
  measured = device ?? 'cpu';
  controller = new AbortController();
  const { signal } = controller;
  problem.value = '';
  progress.value = { label: 'loading', done: 0, total: 1 };
  try {
    const { measureFirst } = await import('./measure.js');
    const onProgress = (label: string, done: number, total: number) => {
      progress.value = { label, done, total };
    };
    const onOutcome = (outcome: Outcome) => {
      look.value = outcome;
    };
    const onWait = () => onProgress('waiting for another measurement', 0, 1);
    await inTurn({ signal, onWait }, () => measureFirst(device, { signal, onProgress, onOutcome }));
  } catch (error) {
    problem.value = (error as Error).message;
  } finally {
    progress.value = undefined;
  }
}

export const linkOf = async (outcome: Outcome): Promise<string> => reportAddress(await packReport(outcome));
