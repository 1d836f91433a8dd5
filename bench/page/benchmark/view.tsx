/** Benchmark: the library's bench in the visitor's browser. */
import { useRef } from 'preact/hooks';
import { type ActivationName, catalogue } from '../../../src/index.js';
import { formatCsv } from '../../report.js';
import { DTYPES, type Row } from '../../rows.js';
import { PASSES, type Pass } from '../../work.js';
import { Chart } from '../chart.js';
import { Choices, CopyButton, Select, TableBox } from '../controls.js';
import { deviceNow } from '../device.js';
import { formatJson, save } from '../files.js';
import { formatDuration, formatLength, formatNumber } from '../numbers.js';
import { addressOf } from '../settings.js';
import { crossoverOption, crossoverWords, distinct, peersOption, phasesOption, throughputOption } from './charts.js';
import { labelOf, opponents } from './opponents.js';
import { dtypesOf, type Outcome, parseReport, titleOf } from './report_file.js';
import {
  addEarlier,
  cancel,
  change,
  compared,
  earlier,
  largestExponent,
  message,
  outcome,
  progress,
  run,
  settings,
} from './results.js';

const allNames = Object.keys(catalogue) as ActivationName[];

export default function Benchmark() {
  const { names, passes, sizes, dtype, rounds } = settings.value;
  const largest = largestExponent();
  const exponents = Array.from({ length: Math.floor((largest - 10) / 2) + 1 }, (_, index) => String(10 + 2 * index));
  const isRunning = progress.value !== undefined;
  const hasWork = names.length > 0 && passes.length > 0 && sizes.length > 0;
  return (
    <>
      <h2>Benchmark</h2>
      <p class="lead">
        Every result is checked against the float64 reference, then timed in turn with a copy kernel that moves the same
        bytes: that is the roof. Warm times are medians of {rounds} rounds, and tensors on the GPU rotate among sets
        larger than a cache; a cold call and one with readback are single calls, cold only where nothing was compiled
        before.
      </p>
      <section class="panel" aria-label="Settings">
        <Choices
          label="Activations"
          isFolded
          choices={allNames.map((value) => ({ value, note: catalogue[value].formula }))}
          chosen={names}
          onChange={(chosen) => change({ names: chosen })}
        />
        <div class="row fields">
          <Choices
            label="Passes"
            choices={PASSES.map((value) => ({ value }))}
            chosen={passes}
            onChange={(chosen) => change({ passes: chosen })}
          />
          <Choices
            label="Elements"
            choices={exponents.map((value) => ({
              ...{ value, label: formatLength(2 ** Number(value)), note: (2 ** Number(value)).toLocaleString('en') },
            }))}
            chosen={sizes}
            onChange={(chosen) => change({ sizes: chosen })}
          />
          <Choices
            label="Opponents"
            choices={Object.entries(opponents).map(([value, { label, note, isOnGpu }]) => ({
              ...{ value, label, note, isDisabled: isOnGpu && !deviceNow() },
            }))}
            chosen={settings.value.opponents}
            onChange={(chosen) => change({ opponents: chosen })}
          />
        </div>
        <div class="row fields">
          <Select
            label="Stored as"
            choices={DTYPES.map((value) => ({ value }))}
            value={dtype}
            onChange={(value) => change({ dtype: value })}
          />
          <Select
            label="Rounds"
            choices={[3, 7, 15].map((value) => ({ value: String(value) }))}
            value={String(rounds)}
            onChange={(value) => change({ rounds: Number(value) })}
          />
        </div>
        {dtype !== DTYPES[0] && (
          <p class="note">Opponents compute in float32 alone, so none is measured with {dtype}.</p>
        )}
        {!crossOriginIsolated && (
          <p class="note">
            This page is not cross-origin isolated, so tfjs-wasm has one thread, and the clock is coarser. Served with
            the headers that the README names, it gets both.
          </p>
        )}
        <div class="row">
          <button type="button" class="main" disabled={isRunning || !hasWork} onClick={run}>
            Run
          </button>
          <button type="button" disabled={!isRunning} onClick={cancel}>
            Cancel
          </button>
          <CopyButton text={() => new URL(addressOf('benchmark'), location.href).href}>
            Copy link to these settings
          </CopyButton>
        </div>
        {progress.value && (
          <label class="progress">
            {progress.value.label} ({progress.value.done} of {progress.value.total} done)
            <progress value={progress.value.done} max={progress.value.total} />
          </label>
        )}
        <p role="status" class="note">
          {message.value || (!isRunning && outcome.value ? `${outcome.value.rows.length} rows measured.` : '')}
        </p>
      </section>
      {outcome.value && outcome.value.rows.length > 0 && <Results result={outcome.value} />}
    </>
  );
}

function Results({ result }: { readonly result: Outcome }) {
  const { adapter, runtime, date, rows } = result;
  const before = earlier.value[compared.value];
  const old = before?.rows ?? [];
  const names = distinct(rows.map(({ name }) => name));
  const passes = distinct(rows.map(({ pass }) => pass));
  const pass: Pass = passes.find((known) => known === settings.value.pass) ?? passes[0]!;
  const name = names.find((known) => known === settings.value.name) ?? names[0]!;
  const n = Math.max(...rows.map((row) => row.n));
  const words = crossoverWords(rows, name, pass);
  const fileName = `bench-${date.slice(0, 19).replaceAll(':', '')}`;
  return (
    <section aria-label="Results">
      <h3 class="adapter">
        {adapter.name}
        {adapter.software && <strong>Software: these figures are a CPU’s.</strong>}
      </h3>
      <p class="note">
        {runtime}, {new Date(date).toLocaleString()}, stored as {dtypesOf(rows)}
        {result.clock && `, clock: ${result.clock} for this library, the wall’s for other libraries`}
      </p>
      <div class="row">
        <button type="button" onClick={() => save(`${fileName}.json`, formatJson(result), 'application/json')}>
          JSON
        </button>
        <button type="button" onClick={() => save(`${fileName}.csv`, `${formatCsv(result)}\n`, 'text/csv')}>
          CSV
        </button>
        <Earlier />
      </div>
      <div class="row fields">
        <Select
          label="Pass in the charts"
          choices={passes.map((value) => ({ value }))}
          value={pass}
          onChange={(value) => change({ pass: value })}
        />
        <Select
          label="Activation in the crossover"
          choices={names.map((value) => ({ value }))}
          value={name}
          onChange={(value) => change({ name: value })}
        />
      </div>
      <div class="pair">
        <Chart
          title="Throughput"
          description={`GB/s over the number of elements, ${pass}; every figure is in the table below.`}
          inputs={[rows, old, pass]}
          option={(palette) => throughputOption(rows, old, pass, palette)}
        />
        <Chart
          title="GPU against CPU"
          description={words.join('; ') || 'No opponent on the CPU was measured.'}
          inputs={[rows, name, pass]}
          option={(palette) => crossoverOption(rows, name, pass, palette)}
        >
          <p class="note">{words.length > 0 && `${name} ${pass}. ${words.join('; ')}.`}</p>
        </Chart>
        <Chart
          title="Against others"
          description={`Speeds at ${formatLength(n)} elements, ${pass}, this library’s being 1; every figure is in the table below.`}
          inputs={[rows, n, pass]}
          option={(palette) => peersOption(rows, n, pass, palette)}
        >
          <p class="note">
            n = {formatLength(n)}, warm, tensors where each computes, by the same clock. A wrong result has no bar.
          </p>
        </Chart>
        <Chart
          title="Cold, with readback, warm"
          description={`Times of this library at ${formatLength(n)} elements, ${pass}; every figure is in the table below.`}
          inputs={[rows, n, pass]}
          option={(palette) => phasesOption(rows, n, pass, palette)}
        >
          <p class="note">n = {formatLength(n)}; this library.</p>
        </Chart>
      </div>
      <Rows rows={rows} before={old} />
      <p class="note">
        Warm times are the GPU’s own clock’s where there is one, and the wall’s for other libraries. “time ÷ ours”
        compares by one clock, round by round.
      </p>
    </section>
  );
}

function Earlier() {
  const input = useRef<HTMLInputElement>(null);
  const load = async (files: FileList | null) => {
    try {
      for (const file of files ?? []) addEarlier(parseReport(await file.text()));
      compared.value = 0;
      message.value = '';
    } catch (error) {
      message.value = `That file is no report: ${(error as Error).message}`;
    }
  };
  return (
    <>
      <button type="button" onClick={() => input.current!.click()}>
        Load an earlier JSON
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="Earlier report"
        hidden
        onChange={({ currentTarget }) => load(currentTarget.files)}
      />
      {earlier.value.length > 0 && (
        <Select
          label="Beside it"
          choices={[
            { value: '-1', label: 'nothing' },
            ...earlier.value.map((report, index) => ({ value: String(index), label: titleOf(report) })),
          ]}
          value={String(compared.value)}
          onChange={(value) => {
            compared.value = Number(value);
          }}
        />
      )}
    </>
  );
}

function Rows({ rows, before }: { readonly rows: readonly Row[]; readonly before: readonly Row[] }) {
  const keyOf = ({ name, pass, dtype, n, subject }: Row) => [name, pass, dtype, n, subject].join(' ');
  const old = new Map(before.map((row) => [keyOf(row), row]));
  return (
    <TableBox label="Every figure">
      <thead>
        <tr>
          <th scope="col">activation</th>
          <th scope="col">pass</th>
          <th scope="col">n</th>
          <th scope="col">by</th>
          <th scope="col">result</th>
          <th scope="col">GB/s</th>
          {before.length > 0 && <th scope="col">earlier</th>}
          <th scope="col">of copy</th>
          <th scope="col">time ÷ ours</th>
          <th scope="col">warm (p20 to p80)</th>
          <th scope="col">with readback</th>
          <th scope="col">cold</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} class={row.subject === 'ours' ? 'ours' : undefined}>
            <th scope="row">{row.name}</th>
            <td>{row.pass}</td>
            <td>{formatLength(row.n)}</td>
            <td>{labelOf(row.subject)}</td>
            <td class={row.fault ? 'verdict act words' : 'verdict healthy'}>
              {row.fault ? `wrong: ${row.fault}` : row.subject === 'copy' ? '' : 'right'}
            </td>
            <td>{formatNumber(row.gigabytesPerSecond, 3)}</td>
            {before.length > 0 && <td>{formatNumber(old.get(keyOf(row))?.gigabytesPerSecond, 3)}</td>}
            <td>{formatNumber(row.fractionOfCopy, 3)}</td>
            <td>{formatNumber(row.timesOurs, 3)}</td>
            <td>
              {formatDuration(row.p50)} ({formatDuration(row.p20)} to {formatDuration(row.p80)})
            </td>
            <td>{formatDuration(row.roundTrip)}</td>
            <td>{formatDuration(row.cold)}</td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}
