// The checks in every program with WebGPU that this machine has: Chrome, Firefox, Deno, and Node with Dawn.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../src/cli/browser.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const adapter = env.WEBGPU_ADAPTER ?? 'software';
/** A command's own limits end it long before. */
const commandMilliseconds = 1_200_000;

/** @typedef {'chrome' | 'firefox' | 'deno' | 'node'} Runtime */
/** @typedef {{ suite: string, name: string, op: string, status: string, reason?: string, maxUlp: number | string, bound?: number }} Result */
/** @typedef {{ adapter: { name: string }, runtime: string, results: Result[] }} Report */

/** @type {readonly Runtime[]} */
export const runtimes = ['chrome', 'firefox', 'deno', 'node'];

/** Two programs at a time: each computes its references on one thread, and its shaders on the others. */
const programsAtOnce = 2;

/** What `use` gives for each program, two at a time, Deno first, which takes longest.
 *  @template Result
 *  @param {(runtime: Runtime) => Promise<Result>} use
 *  @returns {Promise<Result[]>} */
export async function inEachRuntime(use) {
  /** @type {Result[]} */
  const results = [];
  const waiting = [...runtimes].sort((one, other) => Number(other === 'deno') - Number(one === 'deno'));
  const work = async () => {
    for (let runtime = waiting.shift(); runtime; runtime = waiting.shift()) results.push(await use(runtime));
  };
  await Promise.all(Array.from({ length: programsAtOnce }, work));
  return results;
}

/** Why this machine cannot run the checks there; nothing where it can.
 *  @param {Runtime} runtime
 *  @returns {Promise<string | undefined>} */
export async function missing(runtime) {
  if (!isInstalled(runtime)) return 'it is not installed';
  const { status, complaints } = await cli(['info', '--json', ...optionsOf(runtime)]);
  return status === 3 ? complaints.trim() : undefined;
}

/** Every name and pass in numbers of 16 bits, and every call that is no forward or backward over arrays. */
export const otherChecks = [['--dtype', 'f16'], ['--dtype', 'bf16'], ['--calls']];

/** @param {Runtime} runtime
 *  @param {readonly string[][]} checks the words of each command
 *  @returns {Promise<(Report | { failure: string })[]>} a report for each command, or why there is none */
export async function checkIn(runtime, checks) {
  const folder = mkdtempSync(join(tmpdir(), 'webgpu-activations-'));
  const reports = [];
  try {
    for (const [index, words] of checks.entries()) {
      const file = join(folder, `${index}.json`);
      const { status, signal, complaints } = await cli(['check', '--json', file, ...words, ...optionsOf(runtime)]);
      const lines = complaints.trim().split('\n');
      const failure = `check ${words.join(' ')}: ${signal ?? `status ${status}`}: ${lines.slice(-5).join('\n')}`;
      reports.push(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { failure });
      stderr.write(`${runtime}: check ${words.join(' ')} has ended\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return reports;
}

/** @param {Runtime} runtime */
export const optionsOf = (runtime) => ['--runtime', runtime, '--adapter', adapter];

/** @param {Runtime} runtime */
function isInstalled(runtime) {
  try {
    if (runtime === 'node') return Boolean(createRequire(import.meta.url).resolve('webgpu'));
    return findProgram(runtime) !== undefined;
  } catch {
    // A variable that names a program which does not start is a failure to tell.
    return runtime !== 'node';
  }
}

/** @param {readonly string[]} words
 *  @returns {Promise<{ status: number | null, signal: string | null, complaints: string }>} */
export function cli(words) {
  const child = spawn(execPath, [join(root, 'dist', 'cli.js'), ...words], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: commandMilliseconds,
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (status, signal) => resolve({ status, signal, complaints }));
  });
}
