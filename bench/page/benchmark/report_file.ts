/** Reports as files and in the browser's storage. */
import type { Circumstances, Report } from '../../report.js';
import type { Row } from '../../rows.js';

/** A report, which a run that was cut short or had no GPU has only in part. */
export type Outcome = Circumstances & Pick<Report, 'rounds' | 'rows'> & Partial<Report>;

/** @throws {Error} for what is no report */
export function parseReport(text: string): Outcome {
  const report = JSON.parse(text) as Partial<Outcome> | null;
  const { rows, adapter, date, runtime } = report ?? {};
  const isDated = typeof date === 'string' && !Number.isNaN(Date.parse(date));
  if (!Array.isArray(rows) || !rows.every(isRow) || typeof adapter?.name !== 'string' || !isDated)
    throw new Error('expected the JSON of a bench, with rows, adapter and date');
  return { ...(report as Outcome), runtime: String(runtime ?? '') };
}

function isRow(value: unknown): value is Row {
  const { name, pass, subject, dtype, n, p50 } = (value ?? {}) as Partial<Row>;
  return (
    [name, pass, subject, dtype].every((text) => typeof text === 'string') &&
    typeof n === 'number' &&
    (p50 === undefined || p50 === null || typeof p50 === 'number')
  );
}

/** How the elements lay in memory. */
export const dtypesOf = (rows: readonly Row[]): string => [...new Set(rows.map(({ dtype }) => dtype))].join(', ');

export const titleOf = ({ date, adapter, rows }: Outcome): string =>
  `${date.slice(0, 16).replace('T', ' ')}, ${adapter.name}, ${dtypesOf(rows)}, ${rows.length} rows`;
