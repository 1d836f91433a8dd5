/** The report: JSON, CSV, a table, and the comparison with an earlier one. */
import type { AdapterFacts } from '../src/cli/host/adapter.js';
import type { Measurement } from './bench.js';
import { copyRatios, naiveCosts, peerRatios, type Ratios, type Row } from './rows.js';

export interface Report extends Measurement {
  readonly adapter: AdapterFacts;
  /** The browser, or Node, with its version. */
  readonly runtime: string;
  readonly date: string;
  /** The CPU; records of before it was noted have none. */
  readonly processor?: string;
  readonly commit: string;
  /** Of the largest n. Against the fastest peer of each function. */
  readonly ratios: Ratios;
  /** Speed relative to the copy kernel. */
  readonly copy: Ratios;
  /** Time relative to the naive formula. */
  readonly naive: Ratios;
}

export type Circumstances = Pick<Report, 'adapter' | 'runtime' | 'date' | 'commit' | 'processor'>;

export function createReport(circumstances: Circumstances, measurement: Measurement): Report {
  const largest = Math.max(...measurement.rows.map(({ n }) => n));
  const rows = measurement.rows.filter(({ n }) => n === largest);
  const summaries = { ratios: peerRatios(rows), copy: copyRatios(rows), naive: naiveCosts(rows) };
  return { ...circumstances, ...summaries, ...measurement };
}

const CSV_COLUMNS = [
  ...['name', 'pass', 'dtype', 'n', 'subject', 'kind', 'bytes', 'clock', 'p20', 'p50', 'p80'],
  ...['gigabytesPerSecond', 'fractionOfCopy', 'timesOurs', 'cold', 'roundTrip', 'fault'],
] as const satisfies readonly (keyof Row)[];

export function formatCsv({ date, commit, adapter, runtime, rows }: Circumstances & Pick<Report, 'rows'>): string {
  const quote = (value: unknown) => {
    const text = String(value ?? '');
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const shared = [date, commit, adapter.name, runtime];
  return [
    ['date', 'commit', 'adapter', 'runtime', ...CSV_COLUMNS],
    ...rows.map((row) => [...shared, ...CSV_COLUMNS.map((column) => row[column])]),
  ]
    .map((line) => line.map(quote).join(','))
    .join('\n');
}

export interface Regression {
  readonly name: string;
  readonly pass: Row['pass'];
  readonly n: number;
  readonly before: number;
  readonly now: number;
}

/** Slowdowns smaller than this are not worth stopping for, however still the machine was. */
const SMALLEST_REGRESSION = 0.05;

/** This library's rows that an earlier run has too, each with the earlier one. */
export function commonRows(now: readonly Row[], before: readonly Row[]): (readonly [now: Row, before: Row])[] {
  const keyOf = ({ name, pass, dtype, n }: Row) => [name, pass, dtype, n].join(' ');
  const earlier = new Map(before.filter(({ subject }) => subject === 'ours').map((row) => [keyOf(row), row]));
  return now.flatMap((row) => {
    const old = row.subject === 'ours' ? earlier.get(keyOf(row)) : undefined;
    return old ? [[row, old] as const] : [];
  });
}

/**
 * Where this library lost speed relative to the copy kernel: by more than a twentieth, and by so much that the middle
 * three fifths of both runs' rounds do not even touch.
 */
export function regressionsOf(now: readonly Row[], before: readonly Row[]): Regression[] {
  return commonRows(now, before).flatMap(([row, old]) => {
    if (!old.fractionOfCopy || !old.fractionOfCopySpread) return [];
    const { name, pass, n } = row;
    // A result that has become wrong has no speed at all.
    const fraction = row.fractionOfCopy ?? 0;
    const [, highest] = row.fractionOfCopySpread ?? [0, 0];
    const isSlower = highest < old.fractionOfCopySpread[0] && fraction < (1 - SMALLEST_REGRESSION) * old.fractionOfCopy;
    return isSlower ? [{ name, pass, n, before: old.fractionOfCopy, now: fraction }] : [];
  });
}
