/** Benchmark: the library's bench in the visitor's browser. */
import { useRef } from 'preact/hooks';
import { formatCsv } from '../../report.js';
import { DTYPES } from '../../rows.js';
import { PASSES } from '../../work.js';
import { activationChoices } from '../choices.js';
import { Action, Choices, CopyButton, Select } from '../controls.js';
import { deviceNow } from '../device.js';
import { save } from '../files.js';
import { formatCount, formatLength } from '../numbers.js';
import { addressOf, isChanged, resetSettings } from '../settings.js';
import { Share } from '../start/card.js';
import { Heading, Results } from './charts_view.js';
import { opponents } from './opponents.js';
import { type Outcome, parseReport, titleOf } from './report_file.js';
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

/** For a file's name. */
const stampOf = ({ date }: Outcome): string => date.slice(0, 19).replaceAll(':', '');

export default function Benchmark() {
  const { names, passes, sizes, dtype, rounds } = settings.value;
  const largest = largestExponent();
  const exponents = Array.from({ length: Math.floor((largest - 10) / 2) + 1 }, (_, index) => String(10 + 2 * index));
  const isRunning = progress.value !== undefined;
  const before = earlier.value[compared.value];
  // without a run of today's, the earlier one alone
  const shown = outcome.value?.rows.length ? outcome.value : before;
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
          choices={activationChoices}
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
              ...{ value, label: formatLength(2 ** Number(value)), note: formatCount(2 ** Number(value)) },
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
          <Action isMain isIdle={isRunning || !hasWork} onClick={run}>
            Run
          </Action>
          <Action isIdle={!isRunning} onClick={cancel}>
            Cancel
          </Action>
          {isChanged('benchmark') && <Action onClick={() => resetSettings('benchmark')}>Reset settings</Action>}
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
      <div class="row">
        <Earlier />
      </div>
      {shown && shown.rows.length > 0 && (
        <section aria-label="Results">
          <Heading result={shown} />
          <Share outcome={shown} />
          <button
            type="button"
            onClick={() => save(`bench-${stampOf(shown)}.csv`, `${formatCsv(shown)}\n`, 'text/csv')}
          >
            CSV
          </button>
          <Results
            result={shown}
            beside={{ rows: outcome.value?.rows.length ? (before?.rows ?? []) : [], label: 'earlier' }}
          />
        </section>
      )}
    </>
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
      <button type="button" title="Or drop its file anywhere on the page" onClick={() => input.current!.click()}>
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
