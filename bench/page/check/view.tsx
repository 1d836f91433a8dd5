/** Check: the library's own checks in the visitor's browser. */
import { signal } from '@preact/signals';
import { check, formatJunit, type Result, summarize } from '../../../src/check/index.js';
import { type ActivationName, catalogue, dynamic } from '../../../src/index.js';
import { DTYPES } from '../../rows.js';
import { Action, Choices, Select, TableBox } from '../controls.js';
import { browserName, deviceNow } from '../device.js';
import { formatJson, save } from '../files.js';
import { formatLength, formatNumber } from '../numbers.js';
import { createSettings, isChanged, resetSettings } from '../settings.js';
import { inTurn } from '../turn.js';
import { SendThis, progress as sending } from './send.js';

const names = Object.keys(catalogue) as ActivationName[];

export const settings = createSettings('check', {
  names: names as readonly string[],
  count: 2 ** 16,
  dtype: DTYPES[0] as string,
});

const LARGEST_COUNT = 2 ** 20;

const results = signal<readonly Result[]>([]);
const state = signal<{ readonly name: string; readonly done: number; readonly total: number } | undefined>(undefined);
let controller: AbortController | undefined;
/** How far the last run came, where it was cancelled. */
const cutShort = signal('');

/** A link may say anything. */
const countNow = () => Math.min(Math.max(Math.round(settings.value.count), 1), LARGEST_COUNT);

async function run(): Promise<void> {
  const device = deviceNow();
  if (!device) return;
  const count = countNow();
  const dtype = DTYPES.find((each) => each === settings.value.dtype) ?? 'f32';
  const chosen = names.filter((name) => settings.value.names.includes(name));
  controller = new AbortController();
  const { signal: stopped } = controller;
  cutShort.value = '';
  results.value = [];
  const tell = (name: string, done: number) => {
    state.value = { name, done, total: chosen.length };
  };
  let done = 0;
  try {
    await inTurn({ signal: stopped, onWait: () => tell('waiting for another measurement', 0) }, async () => {
      for (const name of chosen) {
        tell(name, done);
        // Elsewhere than on a CPU, WGSL allows a division 2.5 ULP.
        const options = { count, dtype, isIeee: device.adapter.software };
        const found = await check(dynamic(device.activations), name, options).catch((error: Error) => [
          brokenBy(name, error),
        ]);
        stopped.throwIfAborted();
        results.value = [...results.value, ...found];
        done++;
      }
    });
  } catch {
    cutShort.value = `Cancelled after ${done} of ${chosen.length} activations: `;
  }
  state.value = undefined;
}

/** One activation that cannot be run at all must not hide the others. */
function brokenBy(op: string, { message }: Error): Result {
  return {
    ...{ suite: 'reference', name: `${op} y`, op, direction: 'forward', status: 'failed', reason: message },
    ...{ values: 0, maxUlp: 'Infinity', maxAbs: 'Infinity', worst: null },
  };
}

/** In the form that the command line's `check --json` writes. */
const report = () => {
  const adapter = deviceNow()?.adapter;
  const facts = {
    runtime: browserName(),
    userAgent: navigator.userAgent,
    date: new Date().toISOString(),
    commit: REVISION,
  };
  return { adapter, ...facts, isComplete: !cutShort.value, summary: summarize(results.value), results: results.value };
};

export default function Check() {
  const { count, dtype } = settings.value;
  const chosen = names.filter((name) => settings.value.names.includes(name));
  const summary = summarize(results.value);
  const isRunning = state.value !== undefined;
  const isIdle = isRunning || sending.value !== undefined || !deviceNow() || chosen.length === 0;
  return (
    <>
      <h2>Check</h2>
      <p class="lead">
        Does your browser compute it right? Every kernel runs here over a stratified sample of the float32 numbers –
        NaN, ∞, subnormals and the neighbours of each kink among them – and each result is held to the float64
        reference, within the library’s own bounds, in ULP unless a row’s convention says otherwise. Send the report
        along with a bug report.
      </p>
      <section class="panel" aria-label="Settings">
        <Choices
          label="Activations"
          isFolded
          choices={names.map((value) => ({ value }))}
          chosen={chosen}
          onChange={(value) => {
            settings.value = { ...settings.value, names: value };
          }}
        />
        <div class="row">
          <Select
            label="Stored as"
            choices={DTYPES.map((value) => ({ value }))}
            value={dtype}
            onChange={(value) => {
              settings.value = { ...settings.value, dtype: value };
            }}
          />
          <Select
            label="Numbers for each"
            choices={[12, 14, 16, 18, 20].map((exponent) => ({
              ...{ value: String(2 ** exponent), label: (2 ** exponent).toLocaleString('en') },
            }))}
            value={String(count)}
            onChange={(value) => {
              settings.value = { ...settings.value, count: Number(value) };
            }}
          />
          <Action isMain isIdle={isIdle} onClick={run}>
            Check
          </Action>
          <Action
            isIdle={!isRunning}
            onClick={() => {
              controller?.abort();
            }}
          >
            Cancel
          </Action>
          <Action
            isIdle={isRunning || results.value.length === 0}
            onClick={() => save('check.json', formatJson(report()), 'application/json')}
          >
            Report as JSON
          </Action>
          <Action
            isIdle={isRunning || results.value.length === 0}
            onClick={() => save('check.xml', formatJunit(results.value), 'application/xml')}
          >
            as JUnit
          </Action>
          {isChanged('check') && <Action onClick={() => resetSettings('check')}>Reset settings</Action>}
        </div>
        {!deviceNow() && <p>Checking needs a GPU: there is nothing else to check.</p>}
        {state.value && (
          <label class="progress">
            {state.value.name}
            <progress value={state.value.done} max={state.value.total} />
          </label>
        )}
        <p role="status" class="note">
          {results.value.length > 0 && !isRunning
            ? `${cutShort.value}${summary.passed} passed, ${summary.failed} failed, ${summary.values.toLocaleString('en')} values compared.`
            : ''}
        </p>
      </section>
      <TableBox label="Results">
        <thead>
          <tr>
            <th scope="col">result</th>
            <th scope="col">status</th>
            <th scope="col">largest error, in the bound’s unit</th>
            <th scope="col">bound</th>
            <th scope="col">values</th>
            <th scope="col">worst at x</th>
          </tr>
        </thead>
        <tbody>
          {results.value.length === 0 && (
            <tr>
              <td colSpan={6} class="empty">
                Nothing checked yet.
              </td>
            </tr>
          )}
          {results.value.map(({ name, direction, status, maxUlp, bound, values, worst, reason }, index) => (
            <tr key={index}>
              <th scope="row">
                {name} <span class="note">{direction}</span>
              </th>
              <td class={status === 'passed' ? 'verdict healthy' : 'verdict act words'}>
                {reason ? `${status}: ${reason}` : status}
              </td>
              <td>{formatNumber(Number(maxUlp), 3)}</td>
              <td>{bound === undefined ? '' : formatNumber(bound)}</td>
              <td>{formatLength(values)}</td>
              <td>{worst === null || worst.x === null ? '' : formatNumber(Number(worst.x), 6)}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
      <SendThis names={chosen} isAll={chosen.length === names.length} count={countNow()} isIdle={isIdle} />
    </>
  );
}
