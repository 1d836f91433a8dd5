// `npm run portability`: every check in every program with WebGPU that this machine has, and the largest error of every function
// there, into results/portability.json.
import { writeFileSync } from 'node:fs';
import process, { stderr } from 'node:process';
import { formatJson } from '../src/cli/json.js';
import { checkIn, missing, otherChecks, runtimes } from '../test/portability.js';

const count = 2 ** 18;
/** What turns WGSL into the adapter's language. */
const implementations = { chrome: 'Dawn (Tint)', firefox: 'wgpu (naga)', deno: 'wgpu (naga)', node: 'Dawn (Tint)' };

const measured = [];
/** @type {Map<string, Record<string, unknown>>} */
const rows = new Map();
for (const runtime of runtimes) {
  const reason = await missing(runtime);
  if (reason !== undefined) {
    stderr.write(`${runtime} is left out: ${reason}\n`);
    continue;
  }
  const reports = (await checkIn(runtime, [['--count', String(count)], ...otherChecks])).map((report) => {
    if ('failure' in report) throw new Error(`${runtime}: ${report.failure}`);
    return report;
  });
  const all = reports.flatMap(({ results }) => results);
  const bad = all.filter(({ status }) => status !== 'passed');
  for (const { name, reason } of bad) stderr.write(`FAIL ${runtime}: ${name}: ${reason}\n`);
  if (bad.length) process.exitCode = 1;
  const [{ results, adapter, runtime: version }] = /** @type {[import('../test/portability.js').Report]} */ (reports);
  const facts = { runtime, implementation: implementations[runtime], version, adapter: adapter.name };
  measured.push({ ...facts, passed: all.length - bad.length, checks: all.length });
  for (const { name, bound, maxUlp } of results)
    rows.set(name, { ...(rows.get(name) ?? { name, bound }), [runtime]: maxUlp });
}
const record = { date: new Date().toISOString(), count, implementations: measured, rows: [...rows.values()] };
writeFileSync(new URL('results/portability.json', import.meta.url), `${formatJson(record)}\n`);
