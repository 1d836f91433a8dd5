// `npm test`: every stage runs, whatever the others did; each test counts, and so does each stage that is no test suite.
// The last line is always `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, exit, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkIn, inEachRuntime, missing, otherChecks } from './portability.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'webgpu-activations-'));
let passed = 0;
let failed = 0;

/** Of float32 the smallest sample, which has every kink, limit and order of magnitude. */
const sample = ['--count', '4096'];
/** Kinks, flat parts, tails, parameters, rows, gates: what differs between types of 16 bits is how elements are read and written. */
const kinds = ['relu', 'threshold', 'gelu', 'exponential', 'leakyRelu', 'prelu', 'softmax', 'crossEntropy', 'swiglu'];
const [float16 = [], bfloat16 = [], calls = []] = otherChecks;

/** `npm run portability` tries all in every program. Here each function is tried in float16 with Tint and in bfloat16 with naga, and
 *  some of every kind the other way round; test/gpu does it for Tint, with a larger sample of float32 too.
 *  @type {Record<import('./portability.js').Runtime, readonly string[][]>} */
const checks = {
  deno: [sample, [...kinds, ...float16], bfloat16, calls],
  chrome: [float16, calls],
  firefox: [sample],
  node: [sample],
};

await Promise.all([stage('build'), stage('lint')]);
// Two at a time: compiling shaders keeps one core busy, the rest another. The longest come first, so that both end together;
// those of the GPU do not meet.
const works = [
  () => suite('test:gpu'),
  () => suite('test:page'),
  () => suite('test:cli'),
  () => suite('test:package'),
  () => suite('test:examples'),
  () => suite('test:rows'),
  portability,
  () => suite('test:text'),
  () => stage('docs:api'),
  () => suite('test:unit'),
  () => stage('typecheck'),
];
await Promise.all([workOff(), workOff()]);

rmSync(reports, { recursive: true });
stdout.write(`\n${passed} passed, ${failed} failed\n`);
exit(failed === 0 ? 0 : 1);

async function workOff() {
  for (let work = works.shift(); work; work = works.shift()) await work();
}

/** @param {string} script */
async function stage(script) {
  if (await run(script)) passed++;
  else failed++;
}

/** @param {string} script */
async function suite(script) {
  const report = join(reports, `${script.replace(':', '-')}.json`);
  const succeeded = await run(script, `-- --reporter=default --reporter=json --outputFile.json="${report}"`);
  const { testResults = [] } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  let failures = 0;
  for (const { status, assertionResults } of testResults) {
    const count = (/** @type {string} */ wanted) =>
      assertionResults.filter((/** @type {{ status: string }} */ result) => result.status === wanted).length;
    passed += count('passed');
    // A file may fail as a whole, by an import that throws, and then has no failed test to show.
    failures += count('failed') || (status === 'failed' ? 1 : 0);
  }
  // Errors outside any test, a browser that did not start, no tests at all: the exit status alone tells of these.
  failed += failures || (succeeded ? 0 : 1);
}

/** The checks in each program with WebGPU. One that this machine cannot have is named, and is neither passed nor failed, unless
 *  RUNTIMES=all says that it has them. */
async function portability() {
  stdout.write('\n── portability\n');
  const found = await inEachRuntime(async (runtime) => {
    const reason = await missing(runtime);
    return { runtime, reason, reports: reason === undefined ? await checkIn(runtime, checks[runtime]) : [] };
  });
  for (const { runtime, reports } of found)
    for (const report of reports) {
      if ('failure' in report) {
        failed++;
        stdout.write(`FAIL ${runtime}: ${report.failure}\n`);
        continue;
      }
      const bad = report.results.filter(({ status }) => status !== 'passed');
      passed += report.results.length - bad.length;
      failed += bad.length;
      const [{ suite }] = report.results;
      stdout.write(
        `${report.runtime}, ${report.adapter.name}: ${report.results.length - bad.length} of ${report.results.length} (${suite})\n`,
      );
      for (const { name, reason } of bad) stdout.write(`FAIL ${runtime}: ${name}: ${reason}\n`);
    }
  for (const { runtime, reason } of found) {
    if (reason === undefined) continue;
    stdout.write(`${runtime}: not checked here, because ${reason}\n`);
    if (env.RUNTIMES === 'all') failed++;
  }
}

/** What it prints is shown when it has ended: two may run at a time.
 *  @param {string} script one of package.json's
 *  @param {string} [parameters]
 *  @returns {Promise<boolean>} whether it ended well */
async function run(script, parameters = '') {
  stdout.write(`\n── ${script} …\n`);
  const start = performance.now();
  const child = spawn(`npm run --silent ${script} ${parameters}`, {
    cwd: root,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (data) => (text += data));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  stdout.write(`\n── ${script}: ${Math.round((performance.now() - start) / 1000)} s\n${text}`);
  return status === 0;
}
