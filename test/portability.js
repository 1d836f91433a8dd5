// The checks in every program with WebGPU that this machine has: Chrome, Firefox, Deno, and Node with Dawn.
import { spawnSync } from 'node:child_process';
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

/** Why this machine cannot run the checks there; nothing where it can.
 *  @param {Runtime} runtime
 *  @returns {string | undefined} */
export function missing(runtime) {
  if (!isInstalled(runtime)) return 'it is not installed';
  const { status, stderr } = cli(['info', '--json', ...optionsOf(runtime)]);
  return status === 3 ? stderr.trim() : undefined;
}

/** Every name, pass and type, then every other call; of float32 the smallest sample, which has every kink, limit and order of
 *  magnitude. */
export const everyCheck = [['--count', '4096'], ['--dtype', 'f16'], ['--dtype', 'bf16'], ['--calls']];

/** @param {Runtime} runtime
 *  @param {readonly string[][]} checks the words of each command
 *  @returns {(Report | { failure: string })[]} a report for each command, or why there is none */
export function checkIn(runtime, checks = everyCheck) {
  const folder = mkdtempSync(join(tmpdir(), 'webgpu-activations-'));
  try {
    return checks.map((words) => {
      const file = join(folder, 'report.json');
      rmSync(file, { force: true });
      stderr.write(`${runtime}: check ${words.join(' ')}\n`);
      const { status, signal, stderr: complaints } = cli(['check', '--json', file, ...words, ...optionsOf(runtime)]);
      if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
      const lines = complaints.trim().split('\n');
      return { failure: `check ${words.join(' ')}: ${signal ?? `status ${status}`}: ${lines.slice(-5).join('\n')}` };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {Runtime} runtime */
const optionsOf = (runtime) => ['--runtime', runtime, '--adapter', adapter];

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

/** @param {readonly string[]} words */
function cli(words) {
  return spawnSync(execPath, [join(root, 'dist', 'cli.js'), ...words], {
    cwd: root,
    encoding: 'utf8',
    timeout: commandMilliseconds,
    maxBuffer: 2 ** 28,
  });
}
