import { fromJsonNumber } from '../check/json.js';
import type { Result, Summary } from '../check/result.js';
import { type Column, formatFigure, formatTable } from './table.js';

/** The columns that tell of the error of a pass. */
export const errorColumns = {
  activation: { title: 'activation', align: 'left', text: ({ op }) => op },
  pass: { title: 'pass', align: 'left', text: ({ name }) => name.split(' ').slice(1).join(' ') },
  error: { title: 'max ULP', align: 'right', text: ({ maxUlp }) => formatFigure(fromJsonNumber(maxUlp)) },
  bound: {
    title: 'bound',
    align: 'right',
    text: ({ bound }) => (bound === undefined ? '' : String(Number(bound.toPrecision(6)))),
  },
  worst: { title: 'worst x', align: 'right', text: ({ worst }) => String(worst?.x ?? '') },
  status: { title: '', align: 'left', text: ({ status }) => (status === 'passed' ? 'pass' : 'FAIL') },
} as const satisfies Record<string, Column<Result>>;

/** A row for each pass over the sample, and for each activation among vectors or other calls; then a line for each failure, and for
 *  each reason why vectors are unsupported. */
export function formatResults(results: readonly Result[]): string {
  const sampled = results.filter(({ suite }) => suite === 'reference');
  const others = results.filter(({ suite }) => suite !== 'reference');
  const tables = [
    ...(sampled.length || !results.length ? [formatTable(Object.values(errorColumns), sampled)] : []),
    ...(others.length ? [formatTable(countColumns, countByOp(others))] : []),
  ];
  const failures = results.filter(({ status }) => status === 'failed').map(formatFailure);
  const reasons = results.flatMap(({ status, reason }) => (status === 'unsupported' ? (reason ?? []) : []));
  const counted = [...new Set(reasons)].map(
    (reason) =>
      `unsupported: ${reason}, ${reasons.filter((each) => each === reason).length} of ${results.length} vectors`,
  );
  return [tables.join('\n\n'), ...failures, ...counted].join('\n');
}

export function formatSummary({ passed, failed, unsupported, values }: Summary): string {
  return `${passed} passed, ${failed} failed${unsupported ? `, ${unsupported} unsupported` : ''}; ${values} values compared`;
}

interface Counts {
  readonly op: string;
  passed: number;
  failed: number;
  unsupported: number;
}

const countColumns: readonly Column<Counts>[] = [
  { title: 'activation', align: 'left', text: ({ op }) => op },
  { title: 'passed', align: 'right', text: ({ passed }) => String(passed) },
  { title: 'failed', align: 'right', text: ({ failed }) => String(failed) },
  { title: 'unsupported', align: 'right', text: ({ unsupported }) => String(unsupported) },
];

function countByOp(results: readonly Result[]): Counts[] {
  const counts = new Map<string, Counts>();
  for (const { op, direction, status } of results) {
    const key = `${op} ${direction}`;
    const row = counts.get(key) ?? { op: key, passed: 0, failed: 0, unsupported: 0 };
    row[status]++;
    counts.set(key, row);
  }
  return [...counts.values()];
}

function formatFailure({ suite, name, reason, worst }: Result): string {
  const where =
    worst && `: ${worst.tensor}[${worst.index}], x ${worst.x}: expected ${worst.expected}, got ${worst.got}`;
  return `FAIL ${suite}: ${name}: ${reason}${where ?? ''}`;
}
