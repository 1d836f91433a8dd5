// `npm test`: every stage runs, whatever the others did; each test counts, and so does each stage that is no test suite.
// The last line is always `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, exit, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkIn, everyCheck, inEachRuntime, missing } from './portability.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'webgpu-activations-'));
let passed = 0;
let failed = 0;

// Two at a time: compiling shaders keeps one core busy, the rest another.
await Promise.all([
  inTurn(
    () => stage('lint'),
    () => stage('typecheck'),
  ),
  stage('build'),
]);
await Promise.all([
  inTurn(
    () => suite('test:gpu'),
    () => suite('test:rows'),
    () => suite('test:text'),
  ),
  inTurn(
    () => stage('docs:api'),
    () => suite('test:unit'),
    () => suite('test:package'),
    () => suite('test:examples'),
    () => suite('test:cli'),
    () => suite('test:page'),
    portability,
  ),
]);

rmSync(reports, { recursive: true });
stdout.write(`\n${passed} passed, ${failed} failed\n`);
exit(failed === 0 ? 0 : 1);

/** @param {(() => Promise<void>)[]} works */
async function inTurn(...works) {
  for (const work of works) await work();
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

/** What `npm run portability` tries in every program, and `npm test` once a compiler: numbers of 16 bits and every other call in
 *  Chrome (Tint) and Deno (naga). In Chrome test/gpu/check.test.ts takes a larger sample of float32.
 *  @param {string} runtime */
function checksOf(runtime) {
  const others = ['--dtype', '--calls'];
  const leftOut = { chrome: ['--count'], firefox: others, node: others }[runtime] ?? [];
  return everyCheck.filter(([word = '']) => !leftOut.includes(word));
}

/** The checks in each program with WebGPU. One that this machine cannot have is named, and is neither passed nor failed, unless
 *  RUNTIMES=all says that it has them. */
async function portability() {
  stdout.write('\n── portability\n');
  const found = await inEachRuntime(async (runtime) => {
    const reason = await missing(runtime);
    return { runtime, reason, reports: reason === undefined ? await checkIn(runtime, checksOf(runtime)) : [] };
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
