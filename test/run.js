// `npm test`: every stage runs, whatever the others did; each test counts, and so does each stage that is no test suite.
// The failures are told again at the end. The last line is always `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { env, exit, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkIn, inEachRuntime, missing, otherChecks } from './portability.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'webgpu-activations-'));
let passed = 0;
/** @type {string[]} what failed, and why */
const failures = [];

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
// Two at a time: compiling shaders keeps one core busy, the rest another. The longest come first, so that both end together.
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
if (failures.length > 0) stdout.write(`\n── what failed\n${failures.join('\n')}\n`);
stdout.write(`\n${passed} passed, ${failures.length} failed\n`);
exit(failures.length === 0 ? 0 : 1);

async function workOff() {
  for (let work = works.shift(); work; work = works.shift()) await work();
}

/** @param {string} script */
async function stage(script) {
  if (await run(script)) passed++;
  else failures.push(script);
}

/** @param {string} script */
async function suite(script) {
  const report = join(reports, `${script.replace(':', '-')}.json`);
  const succeeded = await run(script, `-- --reporter=default --reporter=json --outputFile.json="${report}"`);
  const { testResults = [] } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const before = failures.length;
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(root, name);
    const inFile = failures.length;
    for (const test of assertionResults) {
      if (test.status === 'passed') passed++;
      if (test.status === 'failed') failures.push(`${file}: ${test.fullName}: ${test.failureMessages.join('\n')}`);
    }
    // A file may fail as a whole, by an import that throws, and then has no failed test to show.
    if (status === 'failed' && failures.length === inFile) failures.push(`${file}: ${message}`);
  }
  // Errors outside any test, a browser that did not start, no tests at all: the exit status alone tells of these.
  if (!succeeded && failures.length === before)
    failures.push(`${script}: failed outside its tests; see what it printed`);
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
        failures.push(`${runtime}: ${report.failure}`);
        continue;
      }
      const bad = report.results.filter(({ status }) => status !== 'passed');
      passed += report.results.length - bad.length;
      const [{ suite }] = report.results;
      stdout.write(
        `${report.runtime}, ${report.adapter.name}: ${report.results.length - bad.length} of ${report.results.length} (${suite})\n`,
      );
      for (const { name, reason } of bad) failures.push(`${runtime}: ${name}: ${reason}`);
    }
  for (const { runtime, reason } of found) {
    if (reason === undefined) continue;
    stdout.write(`${runtime}: not checked here, because ${reason}\n`);
    if (env.RUNTIMES === 'all') failures.push(`${runtime}: ${reason}`);
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
