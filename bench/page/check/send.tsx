/** "Send this": one report of checks and a short bench, for the table of adapters. */
import { signal } from '@preact/signals';
import type { Progress } from '../../../src/cli/progress.js';
import type { AdapterReport } from '../../adapter_report.js';
import { Action, CopyButton } from '../controls.js';
import { deviceNow } from '../device.js';
import { formatJson, save } from '../files.js';
import { formatNumber } from '../numbers.js';
import { inTurn } from '../turn.js';
import type { Work } from './adapter.js';

const made = signal<AdapterReport | undefined>(undefined);
const message = signal('');
/** While a report is made. */
export const progress = signal<Progress | undefined>(undefined);
let controller: AbortController | undefined;

async function make(work: Omit<Work, 'report'>): Promise<void> {
  const device = deviceNow();
  if (!device || progress.value) return;
  controller = new AbortController();
  const { signal: stopped } = controller;
  message.value = '';
  made.value = undefined;
  progress.value = { label: 'loading', done: 0, total: 1 };
  try {
    const { measureAdapter } = await import('./adapter.js');
    const report = (step: Progress) => {
      stopped.throwIfAborted();
      progress.value = step;
    };
    const onWait = () => report({ label: 'waiting for another measurement', done: 0, total: 1 });
    made.value = await inTurn({ signal: stopped, onWait }, () => measureAdapter(device, { ...work, report }));
    message.value = summaryOf(made.value);
  } catch (error) {
    message.value = (error as Error).message;
  } finally {
    progress.value = undefined;
  }
}

function summaryOf({ adapter, results, copy }: AdapterReport): string {
  const passed = results.filter(({ status }) => status === 'passed').length;
  const shares = (['forward', 'backward'] as const).flatMap((pass) =>
    copy[pass] ? [`${formatNumber(copy[pass].geomean, 2)} ${pass}`] : [],
  );
  return `${adapter.name}: ${passed} of ${results.length} checks passed; speed relative to a copy kernel: ${shares.join(', ')}.`;
}

export function SendThis({ isIdle, ...work }: Omit<Work, 'report'> & { readonly isIdle: boolean }) {
  const isRunning = progress.value !== undefined;
  const report = made.value;
  return (
    <section class="panel" aria-label="Send this">
      <h3>Send this</h3>
      <p>
        One file that says what your GPU is, whether the library computes right on it, and how fast beside a kernel that
        only copies. It takes up to two minutes: close what else uses the GPU.
        {!work.isAll && ' It holds the activations chosen above; the table of adapters wants all of them.'}
      </p>
      <div class="row">
        {isRunning ? (
          <Action
            onClick={() => {
              controller?.abort(new Error('Stopped: there is no report.'));
            }}
          >
            Stop
          </Action>
        ) : (
          <Action isMain={!report} isIdle={isIdle} onClick={() => make(work)}>
            Make the report
          </Action>
        )}
        {report && (
          <>
            <Action onClick={() => save('gpu-report.json', formatJson(report), 'application/json')}>
              Save the report
            </Action>
            <CopyButton text={() => formatJson(report)}>Copy the report</CopyButton>
          </>
        )}
      </div>
      {progress.value && (
        <label class="progress">
          {progress.value.label}
          <progress value={progress.value.done} max={progress.value.total} />
        </label>
      )}
      <p role="status" class="note" aria-label="The report">
        {message.value}
      </p>
      <p class="note">
        To send it,{' '}
        {LINKS.issues ? (
          <a href={LINKS.issues}>open a new issue</a>
        ) : (
          'open a new issue where the library’s source lies'
        )}{' '}
        with the form “Results from my GPU”, and drag the file into it. The file holds adapter, browser, system, number
        of cores and results, nothing else of your machine.
      </p>
    </section>
  );
}
