/** The reports on adapters, their format and their table. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  createAdapterReport,
  parseAdapterReport,
  REPORTED_NAMES,
  reportedLengths,
  reportFileName,
} from '../../bench/adapter_report.js';
import { catalogue } from '../../src/catalogue.js';
import { adapterReports, adapters } from '../readme.js';

const reports = [...adapterReports()];
const [file, sample] = reports[0]!;
const text = readFileSync(new URL(`../../bench/results/adapters/${file}`, import.meta.url), 'utf8');

test('the functions that are timed are in the catalogue', () => {
  expect(REPORTED_NAMES.filter((name) => !Object.hasOwn(catalogue, name))).toEqual([]);
});

test.each(reports)(
  '%s is of an adapter and a program that its name tells, with every function in it',
  (name, report) => {
    expect(reportFileName(report)).toBe(name);
    expect(report.results.length).toBeGreaterThan(200);
    for (const pass of ['forward', 'backward'])
      for (const timed of REPORTED_NAMES) {
        const subjects = report.rows.filter((row) => row.name === timed && row.pass === pass);
        expect(new Set(subjects.map(({ subject }) => subject)), `${timed} ${pass}`).toEqual(new Set(['ours', 'copy']));
      }
    expect(`\n${adapters()}\n`).toContain(`| ${report.adapter.name} |`);
  },
);

test.each([
  [{ date: 'yesterday' }, 'report.date: expected a date, got "yesterday"'],
  [{ machine: {} }, 'report.machine.system: expected text, got nothing'],
  [{ results: [] }, 'report.results: expected a list of at least one, got []'],
  [
    { rows: [...sample.rows, { ...sample.rows[0], n: '5' }] },
    `report.rows[${sample.rows.length}].n: expected a number, got "5"`,
  ],
  [
    { results: [{ ...sample.results[0], status: 'fine' }] },
    'report.results[0].status: expected one of passed, failed, got "fine"',
  ],
  [{ adapter: null }, 'report.adapter: expected an object, got null'],
])('what is no report is refused: %j', (change, message) => {
  expect(() => parseAdapterReport(JSON.stringify({ ...JSON.parse(text), ...change }))).toThrow(message);
});

test('a failure is in the report with its reason, and in the table', () => {
  const worst = { tensor: 'y', index: 3, x: 1, expected: 2, got: 'NaN' } as const;
  const failed = { suite: 'reference', name: 'relu y', op: 'relu', direction: 'forward', status: 'failed' } as const;
  const numbers = { values: 9, maxUlp: 'Infinity', maxAbs: 'Infinity', bound: 1, worst, reason: 'NaN for 2' } as const;
  const { clock, rounds, copyShapes, rows } = sample;
  const report = createAdapterReport({
    ...{
      info: { ...sample, limits: { ...sample.limits, maxBindGroups: 4 } },
      measurement: { clock, rounds, copyShapes, rows },
      machine: sample.machine,
    },
    ...{ runtime: 'Deno 2', commit: 'c', version: '1.0.0', count: 9, results: [{ ...failed, ...numbers }] },
  });
  expect(parseAdapterReport(JSON.stringify(report)).results[0]).toMatchObject({ reason: 'NaN for 2', worst });
  expect(report.limits).not.toHaveProperty('maxBindGroups');
  expect(adapters([report])).toContain(`- ${sample.adapter.name}, Deno 2: relu y: NaN for 2`);
  expect(adapters([report])).toContain('| 0 of 1 |');
});

test('sizes are those that the adapter takes', () => {
  const adapter = { ...sample.adapter, software: false };
  const limits = { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 27 };
  expect(reportedLengths({ adapter, limits }, false)).toEqual([2 ** 24]);
  expect(reportedLengths({ adapter, limits }, true)).toEqual([2 ** 22]);
  expect(reportedLengths({ adapter, limits: {} }, true)).toEqual([2 ** 22, 2 ** 26]);
});
