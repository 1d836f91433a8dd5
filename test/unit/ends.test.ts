/** Every way to end: what a signal, a closed pipe, a full disk and a forgotten promise leave behind. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const timeout = 120_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ends-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A command and what it has said so far; its temporary files lie in a folder of their own. */
function start(argv: readonly string[], temporary = folder): { child: ChildProcess; said(): string } {
  const child = spawn(process.execPath, [program, ...argv], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary },
  });
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (text += data));
  return { child, said: () => text };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

describe('signals', () => {
  test.each(signals)(
    '%s during work in a browser: status %i, no word of it, the browser closed',
    { timeout },
    async (signal, status) => {
      const temporary = await mkdtemp(join(folder, 'tmp-'));
      const { child, said } = start(['start', '--adapter', 'swiftshader', '--count', '4194304'], temporary);
      await until(() => said().includes('sigmoid'));
      expect((await readdir(temporary)).length).toBeGreaterThan(0);
      const begin = performance.now();
      child.kill(signal);
      expect(await ended(child)).toBe(status);
      expect(performance.now() - begin).toBeLessThan(5000);
      expect(said()).not.toMatch(/error|closed|^ {4}at /im);
      // its profile is removed when it has closed
      expect(await readdir(temporary)).toEqual([]);
    },
  );

  test.each(signals)('%s is the good end of serve', { timeout }, async (signal) => {
    const { child, said } = start(['serve']);
    await until(() => said().includes('Ctrl+C'));
    child.kill(signal);
    expect(await ended(child)).toBe(0);
    expect(said()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\nCtrl\+C ends it\.\n$/);
  });
});

describe('output that goes nowhere', () => {
  const shell = (script: string) => spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: folder });
  const run = (argv: string) => `'${process.execPath}' '${program}' ${argv}`;

  test('a reader that has seen enough', () => {
    const { stdout, stderr } = shell(`${run('list --json')} | head -1; echo "\${PIPESTATUS[0]}"`);
    expect([stdout, stderr]).toEqual(['[\n0\n', '']);
  });

  test('a failed check still fails where nobody reads its table', { timeout }, async () => {
    const vector = { op: 'relu', direction: 'forward', shape: [1], inputs: { x: [1] }, expected: { y: [2] } };
    await writeFile(join(folder, 'wrong.json'), JSON.stringify([vector]));
    const command = run('check --vectors wrong.json --adapter swiftshader 2>/dev/null');
    expect(shell(`${command} | true; echo "\${PIPESTATUS[0]}"`)).toMatchObject({ stdout: '1\n', stderr: '' });
  });

  test('progress that nobody reads ends the work', { timeout }, () => {
    const command = run('check relu --count 4096 --adapter swiftshader');
    expect(shell(`${command} 2>&1 >/dev/null | true; echo "\${PIPESTATUS[0]}"`).stdout).toBe('141\n');
  });

  test.each(['list', '--help', '--version', 'list --json', 'run --help'])('%s on a full disk', (argv) => {
    const { status, stderr } = shell(`${run(argv)} >/dev/full`);
    expect(stderr).toMatch(/^webgpu-activations.*: cannot write to standard output: ENOSPC: [^\n]+\n$/);
    expect(status).toBe(2);
  });

  test('words that nobody can be told change no status', () => {
    expect(shell(`${run('check gellu')} 2>/dev/full`).status).toBe(2);
  });
});

describe('what nobody foresaw', () => {
  test.each([
    ['a rejection that nobody handles', 'Promise.reject(new TypeError("forgotten"));', 'TypeError: forgotten'],
    [
      'an error in a timer',
      'setTimeout(() => { throw new Error("late"); }); await new Promise((r) => setTimeout(r, 999));',
      'late',
    ],
    ['a text as an error', 'Promise.reject("just text");', 'just text'],
  ])('%s: words, no stack', async (_, code, words) => {
    await writeFile(
      join(folder, 'module.mjs'),
      `${code} await new Promise((resolve) => setTimeout(resolve, 500)); export {};`,
    );
    const { status, stderr } = spawnSync(process.execPath, [program, 'check', '--module', 'module.mjs'], {
      encoding: 'utf8',
      cwd: folder,
    });
    expect(stderr).toBe(`webgpu-activations check: ${words}\n`);
    expect(status).toBe(1);
  });
});

describe('--module of a file that is broken', () => {
  test.each([
    ['cut off', 'export const x = {', 'Unexpected end of input'],
    [
      'without a definition',
      'export const x = 1;',
      'expected a module that exports { name, wgsl, reference, … }, got none',
    ],
    ['with a wrong definition', 'export const x = { wgsl: "" };', 'expected name to be a camelCase word'],
    ['that throws', 'throw "text";', 'text'],
    ['that imports nothing', 'import "./nowhere.js";', 'Cannot find module'],
    [
      'of a name that is taken',
      'export const x = { name: "relu", wgsl: "fn relu(x: real) -> real { return x; } fn relu_derivative(x: real) -> real { return x; }", reference: { value: (x) => x, derivative: () => 1 } };',
      'expected a new name, got "relu"',
    ],
  ])('%s', async (_, code, words) => {
    await writeFile(join(folder, 'broken.mjs'), code);
    const { status, stderr } = spawnSync(process.execPath, [program, 'check', '--module', 'broken.mjs'], {
      encoding: 'utf8',
      cwd: folder,
    });
    expect(stderr).toMatch(/^webgpu-activations check: broken\.mjs: [^\n]+\n$/);
    expect(stderr).toContain(words);
    expect(status).toBe(2);
  });

  test('that waits for ever', { timeout }, async () => {
    await writeFile(join(folder, 'waits.mjs'), 'await new Promise(() => {});');
    const { status, stderr } = spawnSync(process.execPath, [program, 'check', '--module', 'waits.mjs'], {
      encoding: 'utf8',
      cwd: folder,
    });
    expect(stderr).toContain('waits.mjs: expected a module that loads within 15 s');
    expect(status).toBe(2);
  });

  test('in the page alone', { timeout }, async () => {
    await writeFile(
      join(folder, 'page.mjs'),
      'if (typeof window !== "undefined") throw new Error("not here"); export const x = { name: "pageOnly", wgsl: "fn page_only(x: real) -> real { return x; } fn page_only_derivative(x: real) -> real { return x * 0.0 + 1.0; }", reference: { value: (x) => x, derivative: () => 1 } };',
    );
    const { status, stderr } = spawnSync(
      process.execPath,
      [program, 'check', '--module', 'page.mjs', '--adapter', 'swiftshader'],
      {
        encoding: 'utf8',
        cwd: folder,
      },
    );
    expect(stderr).toBe('webgpu-activations check: page.mjs: not here\n');
    expect(status).toBe(2);
  });
});
