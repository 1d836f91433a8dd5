/** Reports as files, in links, and in the browser's storage. */
import type { Result } from '../../../src/check/index.js';
import type { Circumstances, Report } from '../../report.js';
import type { Row } from '../../rows.js';
import type { Pass } from '../../work.js';
import { formatTime } from '../numbers.js';

/** A report, which a run that was cut short or had no GPU has only in part. */
export type Outcome = Circumstances &
  Pick<Report, 'rounds' | 'rows'> &
  Partial<Report> & {
    /** The largest errors of GELU in ULP, over so many inputs. */
    readonly accuracy?: Accuracy;
    /** What became of the checks of a report on an adapter. */
    readonly checks?: Checks;
  };

export interface Checks {
  readonly passed: number;
  /** A line for each that failed. */
  readonly failed: readonly string[];
}

export interface Accuracy {
  readonly forward: number;
  readonly backward: number;
  readonly inputs: number;
}

/** @throws {Error} for what is no report */
export function parseReport(text: string): Outcome {
  const report = JSON.parse(text) as Partial<Outcome> | null;
  const { rows, adapter, date, runtime, accuracy, rounds } = report ?? {};
  const isDated = typeof date === 'string' && !Number.isNaN(Date.parse(date));
  if (!Array.isArray(rows) || !rows.every(isRow) || typeof adapter?.name !== 'string' || !isDated)
    throw new Error('expected the JSON of a bench, with rows, adapter and date');
  const { accuracy: _, checks: given, ...others } = report as Outcome;
  const known = isAccuracy(accuracy) ? accuracy : accuracyOf(report as Checked);
  const checks = isChecks(given) ? given : checksOf(report as Checked);
  return {
    ...others,
    ...{ runtime: String(runtime ?? ''), rounds: Number(rounds) || 0 },
    ...(known && { accuracy: known }),
    ...(checks && { checks }),
  };
}

/** What a report of the command line has besides: the results of its checks, and over how many inputs each is. */
interface Checked {
  readonly results?: readonly Partial<Result>[];
  readonly count?: number;
}

function accuracyOf({ results, count: inputs }: Checked): Accuracy | undefined {
  if (!Array.isArray(results)) return undefined;
  const errorOf = (pass: Pass) =>
    results.find((result: Partial<Result> | null) => result?.op === 'gelu' && result.direction === pass)?.maxUlp;
  const found = { forward: errorOf('forward'), backward: errorOf('backward'), inputs };
  return isAccuracy(found) ? found : undefined;
}

function checksOf({ results }: Checked): Checks | undefined {
  if (!Array.isArray(results) || !results.every((result) => typeof result?.name === 'string')) return undefined;
  const failed = results.filter(({ status }) => status !== 'passed');
  return {
    passed: results.length - failed.length,
    failed: failed.map(({ name, reason }) => `${name}: ${reason ?? 'failed'}`),
  };
}

const isChecks = (value: Partial<Checks> | undefined): value is Checks =>
  typeof value?.passed === 'number' &&
  Array.isArray(value.failed) &&
  value.failed.every((line) => typeof line === 'string');

/** Figures that a row may have. */
const FIGURES = [
  ...['bytes', 'p20', 'p50', 'p80', 'gigabytesPerSecond', 'fractionOfCopy', 'timesOurs', 'cold', 'roundTrip'],
] as const satisfies readonly (keyof Row)[];

function isRow(value: unknown): value is Row {
  const row = (value ?? {}) as Partial<Row>;
  const { name, pass, subject, dtype, n, fault } = row;
  return (
    [name, pass, subject, dtype, fault ?? ''].every((text) => typeof text === 'string') &&
    ['forward', 'backward'].includes(pass!) &&
    Number.isSafeInteger(n) &&
    n! > 0 &&
    FIGURES.every((key) => (row[key] ?? 0) >= 0 && typeof (row[key] ?? 0) === 'number')
  );
}

const isAccuracy = (value: { readonly [Key in keyof Accuracy]?: unknown } | undefined): value is Accuracy =>
  [value?.forward, value?.backward, value?.inputs].every((figure) => typeof figure === 'number');

/** How the elements lay in memory. */
export const dtypesOf = (rows: readonly Row[]): string => [...new Set(rows.map(({ dtype }) => dtype))].join(', ');

export const titleOf = ({ date, adapter, rows }: Outcome): string =>
  `${formatTime(date)}, ${adapter.name}, ${dtypesOf(rows)}, ${rows.length} rows`;

/** More would be no link that a program passes on. */
const LINK_CHARACTERS = 16_000;
const UNPACKED_BYTES = 4e6;

/** The report as a part of an address: its rows column by column, deflated, in the alphabet of URLs. */
export async function packReport(report: Outcome): Promise<string> {
  const { rows, adapter, runtime, date, commit, clock, rounds, accuracy, checks } = report;
  const columns: Record<string, unknown[]> = {};
  for (const key of new Set(rows.flatMap((row) => Object.keys(row))) as Set<keyof Row>)
    columns[key] = rows.map((row) => row[key] ?? null);
  const { name, software } = adapter;
  const text = JSON.stringify({ name, software, runtime, date, commit, clock, rounds, accuracy, checks, columns });
  const packed = await transform(new TextEncoder().encode(text), new CompressionStream('deflate-raw'), Infinity);
  const link = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  if (link.length > LINK_CHARACTERS)
    throw new Error(`expected a report that fits in a link, got ${rows.length} rows: send the JSON instead`);
  return link;
}

/** @throws {Error} for what is no report */
export async function unpackReport(link: string): Promise<Outcome> {
  const bytes = Uint8Array.from(atob(link.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
  const unpacked = await transform(bytes, new DecompressionStream('deflate-raw'), UNPACKED_BYTES);
  const { name, software, columns, ...facts } = JSON.parse(new TextDecoder().decode(unpacked));
  const keys = Object.keys(columns);
  const rows = Array.from({ length: columns.n.length }, (_, index) =>
    Object.fromEntries(
      keys.flatMap((key) => (columns[key][index] === null && key === 'fault' ? [] : [[key, columns[key][index]]])),
    ),
  );
  const adapter = {
    ...{ name, vendor: '', architecture: '', device: '', description: '' },
    software: software === true,
  };
  return parseReport(JSON.stringify({ ...facts, adapter, rows }));
}

async function transform(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
  limit: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // not `for await`: Safari's streams cannot be iterated
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > limit) throw new Error(`expected a report of at most ${limit} bytes`);
    pieces.push(next.value);
  }
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
