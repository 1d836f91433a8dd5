/** Reports as files and in the browser's storage. */
import type { Circumstances, Report } from '../../report.js';

/** A report, which a run that was cut short or had no GPU has only in part. */
export type Outcome = Circumstances & Pick<Report, 'rounds' | 'rows'> & Partial<Report>;

/** @throws {Error} for what is no report */
export function parseReport(text: string): Outcome {
  const report = JSON.parse(text) as Partial<Outcome> | null;
  if (!Array.isArray(report?.rows) || !report.adapter || !report.date)
    throw new Error('expected the JSON of a bench, with rows, adapter and date');
  return report as Outcome;
}

export const titleOf = ({ date, adapter, rows }: Outcome): string =>
  `${date.slice(0, 16).replace('T', ' ')}, ${adapter.name}, ${rows.length} rows`;
