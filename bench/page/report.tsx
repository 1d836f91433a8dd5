/** A report from elsewhere, read-only: its sentence, its charts, and beside them what this machine makes of the same. */
import { Results } from './benchmark/charts_view.js';
import { type Checks, titleOf } from './benchmark/report_file.js';
import { change, message, outcome, progress, run } from './benchmark/results.js';
import { Action } from './controls.js';
import { device } from './device.js';
import { OpenReport } from './open_report.js';
import { opened } from './opened.js';
import { Card, Share } from './start/card.js';
import { look, progress as lookProgress, measure, problem } from './start/state.js';

export default function ReportView() {
  const report = opened.value;
  const given = typeof report === 'object' ? report : undefined;
  // a first look has errors over inputs and GELU alone; it is repeated as one
  const isLook = given?.rows.every(({ name }) => name === 'gelu') ?? false;
  const own = isLook ? (look.value ?? outcome.value) : (outcome.value ?? look.value);
  const working = isLook ? lookProgress.value : progress.value;
  const runHere = () => {
    if (isLook) return void measure(true);
    const distinct = <T,>(values: readonly T[]) => [...new Set(values)];
    const rows = given!.rows.filter(({ subject }) => subject === 'ours');
    change({
      names: distinct(rows.map(({ name }) => name)),
      passes: distinct(rows.map(({ pass }) => pass)),
      sizes: distinct(rows.map(({ n }) => String(Math.round(Math.log2(n))))),
      dtype: rows[0]?.dtype ?? 'f32',
    });
    void run();
  };
  return (
    <>
      <h2>A result from elsewhere</h2>
      {report === undefined && <p>Open the file of a report, or drop it anywhere on the page.</p>}
      {typeof report === 'string' && <p role="alert">{report}</p>}
      {given && (
        <>
          <p class="note">{titleOf(given)}</p>
          <Card label="Sent to you." outcome={given} />
          {given.checks && <ChecksOf {...given.checks} />}
          {own && <Card label="Measured here." outcome={own} />}
        </>
      )}
      <div class="row">
        {given && (
          <Action isMain isIdle={working !== undefined || device.value === undefined} onClick={runHere}>
            Run it on yours
          </Action>
        )}
        <OpenReport />
      </div>
      {working && (
        <label class="progress">
          {working.label}
          <progress value={working.done} max={working.total} />
        </label>
      )}
      <p role="status" class="note">
        {isLook ? problem.value : message.value}
      </p>
      {given && <Share outcome={given} />}
      {given && given.rows.length > 0 && (
        <Results key={given.date} result={given} beside={{ rows: own?.rows ?? [], label: 'here' }} />
      )}
    </>
  );
}

/** Of a report on an adapter. */
function ChecksOf({ passed, failed }: Checks) {
  return (
    <section aria-label="Its checks">
      <p class={failed.length ? 'verdict act' : 'verdict healthy'}>
        {passed} of {passed + failed.length} checks against float64 passed.
      </p>
      {failed.length > 0 && (
        <ul>
          {failed.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
