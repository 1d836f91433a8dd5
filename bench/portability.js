// `npm run portability`: the largest error of every function in every program with WebGPU that this machine has, into
// results/portability.json.
import { writeFileSync } from 'node:fs';
import { stderr } from 'node:process';
import { formatJson } from '../src/cli/json.js';
import { checkIn, missing, runtimes } from '../test/portability.js';

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
  const [report] = await checkIn(runtime, [['--count', String(count)]]);
  if (!report || 'failure' in report) throw new Error(`${runtime}: ${report?.failure}`);
  const { results, adapter, runtime: version } = report;
  const passed = results.filter(({ status }) => status === 'passed').length;
  const facts = { runtime, implementation: implementations[runtime], version, adapter: adapter.name };
  measured.push({ ...facts, passed, checks: results.length });
  for (const { name, bound, maxUlp } of results)
    rows.set(name, { ...(rows.get(name) ?? { name, bound }), [runtime]: maxUlp });
}
const record = { date: new Date().toISOString(), count, implementations: measured, rows: [...rows.values()] };
writeFileSync(new URL('results/portability.json', import.meta.url), `${formatJson(record)}\n`);
