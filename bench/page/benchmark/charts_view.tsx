/** A report's charts and its table, another report's beside them. */
import type { Row } from '../../rows.js';
import type { Pass } from '../../work.js';
import { Chart } from '../chart.js';
import { Select, TableBox } from '../controls.js';
import { formatDuration, formatLength, formatNumber, formatTime } from '../numbers.js';
import {
  type Beside,
  crossoverOption,
  crossoverWords,
  distinct,
  peersOption,
  phasesOption,
  throughputOption,
} from './charts.js';
import { labelOf } from './opponents.js';
import { dtypesOf, type Outcome } from './report_file.js';
import { change, settings } from './results.js';

export function Heading({ result }: { readonly result: Outcome }) {
  const { adapter, runtime, date, rows } = result;
  return (
    <>
      <h3 class="adapter">
        {adapter.name} {adapter.software && <strong>Software: these figures are a CPU’s.</strong>}
      </h3>
      <p class="note">
        {runtime}, {formatTime(date)}, stored as {dtypesOf(rows)}
        {result.clock && `, clock: ${result.clock} for this library, the wall’s for other libraries`}
      </p>
    </>
  );
}

export function Results({ result, beside }: { readonly result: Outcome; readonly beside: Beside }) {
  const { rows } = result;
  const names = distinct(rows.map(({ name }) => name));
  const passes = distinct(rows.map(({ pass }) => pass));
  const pass: Pass = passes.find((known) => known === settings.value.pass) ?? passes[0]!;
  const name = names.find((known) => known === settings.value.name) ?? names[0]!;
  const n = Math.max(...rows.filter((row) => row.pass === pass).map((row) => row.n));
  const words = crossoverWords(rows, name, pass);
  const ofPass = rows.filter((row) => row.pass === pass);
  const hasGpu = ofPass.some(({ kind }) => kind === 'ours');
  // a short report has the GPU's warm times alone
  const hasCrossover = ofPass.some(({ kind, roundTrip }) => kind === 'cpu' || roundTrip);
  const others = ofPass.filter((row) => row.n === n && row.kind !== 'ours' && row.kind !== 'copy');
  return (
    <>
      <div class="row fields">
        <Select
          label="Pass in the charts"
          choices={passes.map((value) => ({ value }))}
          value={pass}
          onChange={(value) => change({ pass: value })}
        />
        {hasCrossover && (
          <Select
            label="Activation in the crossover"
            choices={names.map((value) => ({ value }))}
            value={name}
            onChange={(value) => change({ name: value })}
          />
        )}
      </div>
      <div class="pair">
        {hasGpu && (
          <Chart
            title="Throughput"
            facts={pass}
            description={`GB/s over the number of elements, ${pass}; every figure is in the table below.`}
            inputs={[rows, beside.rows, pass]}
            option={(palette) => throughputOption(rows, beside, pass, palette)}
          />
        )}
        {hasCrossover && (
          <Chart
            title={hasGpu ? 'GPU against CPU' : 'Time on the CPU'}
            facts={`${name} ${pass}`}
            description={words.join('; ') || 'No opponent on the CPU was measured.'}
            inputs={[rows, name, pass]}
            option={(palette) => crossoverOption(rows, name, pass, palette)}
          >
            <p class="note">{words.length > 0 && `${name} ${pass}. ${words.join('; ')}.`}</p>
          </Chart>
        )}
        {hasGpu && others.length > 0 && (
          <Chart
            title="Against others"
            facts={`${pass}, n = ${formatLength(n)}`}
            description={`Speeds at ${formatLength(n)} elements, ${pass}, this library’s being 1; every figure is in the table below.`}
            inputs={[rows, n, pass]}
            option={(palette) => peersOption(rows, n, pass, palette)}
          >
            <p class="note">
              n = {formatLength(n)}, warm, tensors where each computes, by the same clock; the line at 1 is this
              library. A wrong result has no bar.
            </p>
          </Chart>
        )}
        {hasGpu && ofPass.some(({ cold, roundTrip }) => cold || roundTrip) && (
          <Chart
            title="Cold, with readback, warm"
            facts={`${pass}, n = ${formatLength(n)}`}
            description={`Times of this library at ${formatLength(n)} elements, ${pass}; every figure is in the table below.`}
            inputs={[rows, n, pass]}
            option={(palette) => phasesOption(rows, n, pass, palette)}
          >
            <p class="note">n = {formatLength(n)}; this library.</p>
          </Chart>
        )}
      </div>
      <Rows rows={rows} beside={beside} />
      <p class="note">
        Warm times are the GPU’s own clock’s where there is one, and the wall’s for other libraries. “time ÷ ours”
        compares by one clock, round by round.
      </p>
    </>
  );
}

type Key = Pick<Row, 'name' | 'pass' | 'dtype' | 'n' | 'subject'>;
const keyOf = ({ name, pass, dtype, n, subject }: Key) => [name, pass, dtype, n, subject].join(' ');

/** Of both reports: what only the other measured stands there too. */
function Rows({ rows, beside: { rows: before, label } }: { readonly rows: readonly Row[]; readonly beside: Beside }) {
  const old = new Map(before.map((row) => [keyOf(row), row]));
  const known = new Set(rows.map(keyOf));
  const all: (Key & Partial<Row>)[] = [
    ...rows,
    ...before.flatMap(({ name, pass, dtype, n, subject }) => {
      const key = { name, pass, dtype, n, subject };
      return known.has(keyOf(key)) ? [] : [key];
    }),
  ];
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
          {before.length > 0 && <th scope="col">{label}</th>}
          <th scope="col">of copy</th>
          <th scope="col">time ÷ ours</th>
          <th scope="col">warm (p20 to p80)</th>
          <th scope="col">with readback</th>
          <th scope="col">cold</th>
        </tr>
      </thead>
      <tbody>
        {all.map((row) => (
          <tr key={keyOf(row)} class={row.subject === 'ours' ? 'ours' : undefined}>
            <th scope="row">{row.name}</th>
            <td>{row.pass}</td>
            <td>{formatLength(row.n)}</td>
            <td>{labelOf(row.subject)}</td>
            <td class={row.fault ? 'verdict act words' : 'verdict healthy'}>
              {row.fault ? `wrong: ${row.fault}` : row.subject === 'copy' || row.kind === undefined ? '' : 'right'}
            </td>
            <td>{formatNumber(row.gigabytesPerSecond, 3)}</td>
            {before.length > 0 && <td>{formatNumber(old.get(keyOf(row))?.gigabytesPerSecond, 3)}</td>}
            <td>{formatNumber(row.fractionOfCopy, 3)}</td>
            <td>{formatNumber(row.timesOurs, 3)}</td>
            <td>
              {row.p50 ? `${formatDuration(row.p50)} (${formatDuration(row.p20)} to ${formatDuration(row.p80)})` : '–'}
            </td>
            <td>{formatDuration(row.roundTrip)}</td>
            <td>{formatDuration(row.cold)}</td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}
