/** What `npm run truth` measured, and its table. */
import { fromJsonNumber, type JsonNumber } from '../src/check/json.js';
import type { AdapterFacts } from '../src/cli/host/adapter.js';
import type { Pass } from './work.js';

/** What is wrong in kind, not in size. */
const FAULTS = ['NaN', '∞', 'lost tail', 'NaN hidden'] as const;
export type Fault = (typeof FAULTS)[number];

interface FaultCount {
  readonly count: number;
  /** The x nearest to 0 where it happens, and the greatest |x|; null where x is NaN. */
  readonly place: { readonly nearest: JsonNumber; readonly greatest: JsonNumber } | null;
}

export interface Truth {
  readonly name: string;
  readonly pass: Pass;
  readonly subject: string;
  readonly values: number;
  /** The largest error in ULP among results that are no fault, and its input. */
  readonly maxUlp: number;
  readonly at: number;
  readonly faults: Readonly<Partial<Record<Fault, FaultCount>>>;
  /** It could not compute it at all. */
  readonly error?: string;
}

/** `bench/results/truth.json` */
export interface Truths {
  readonly browser: string;
  readonly date: string;
  readonly adapter: AdapterFacts;
  /** Inputs of each function. */
  readonly inputs: number;
  /** Versions by name, empty of what is in this repository; this library stands first. */
  readonly subjects: Readonly<Record<string, string>>;
  readonly rows: readonly Truth[];
}

/** Faults that reach the ends of float32's range are told as one-sided. */
const SMALL = 2 ** -120;
const LARGE = 2 ** 127;

/** A row of Markdown for each function and pass, a column for each subject. */
export function formatTruths({ rows, subjects: versions }: Truths): string[] {
  const subjects = Object.keys(versions);
  const lines = [`| function | pass | ${subjects.join(' | ')} |`, `|---|---|${'---|'.repeat(subjects.length)}`];
  for (const { name, pass } of rows.filter(({ subject }) => subject === 'ours')) {
    const cells = subjects.map((subject) =>
      formatCell(rows.find((row) => row.name === name && row.pass === pass && row.subject === subject)),
    );
    lines.push(`| ${[name, pass, ...cells].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  }
  return lines;
}

function formatCell(row: Truth | undefined): string {
  if (!row) return '—';
  if (row.error) return 'fails';
  return [formatUlp(row.maxUlp), formatFaults(row)].filter(Boolean).join(', ');
}

export const formatFaults = ({ faults }: Truth): string =>
  FAULTS.flatMap((fault) => {
    const found = faults[fault];
    return found ? [`${fault}${formatRange(found)}`] : [];
  }).join(', ');

function formatRange({ place }: FaultCount): string {
  if (place === null) return '';
  const [low, high] = [place.nearest, place.greatest].map((x) => Math.abs(fromJsonNumber(x))) as [number, number];
  if (low === Infinity) return ' at ±∞';
  if (high > LARGE) return ` at |x| ≥ ${formatInput(low)}`;
  if (low < SMALL) return ` at |x| ≤ ${formatInput(high)}`;
  return ` at |x| = ${formatInput(low)} … ${formatInput(high)}`;
}

const formatUlp = (ulp: number): string =>
  ulp < 1000 ? String(Number(ulp.toPrecision(3))) : ulp.toExponential(0).replace('e+', 'e');

const formatInput = (size: number): string =>
  size >= 1e-3 && size < 1e6 ? String(Number(size.toPrecision(3))) : size.toExponential(0).replace('e+', 'e');
