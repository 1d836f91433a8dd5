/** Programs that hang, die or are missing end a command with words and their exit status, and `auto` turns to software in time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../src/cli/browser.js';
import { openRuntime, type Setting, type Started } from '../../src/cli/runtimes/runtime.js';
import { waysOf } from '../../src/cli/runtimes/ways.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const timeout = 120_000;
/** When a wait has ended, on a machine that other tests keep busy; what hangs here hangs for 1000 s. */
const PATIENCE_SECONDS = 40;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtimes-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A program in the place of another. */
async function script(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${lines.join('\n')}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Runs a command line; `atWork` is called once it says that it checks. */
async function cli(argv: readonly string[], variables: Record<string, string>, atWork?: () => Promise<void>) {
  const begin = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...argv], {
    env: { ...process.env, ...variables },
  });
  const output = { stdout: '', stderr: '' };
  let isTold = false;
  child.stdout.on('data', (data) => {
    output.stdout += data;
  });
  child.stderr.on('data', async (data) => {
    output.stderr += data;
    if (isTold || !output.stderr.includes('checking')) return;
    isTold = true;
    await atWork?.();
  });
  const [status] = await once(child, 'close');
  return { status, ...output, seconds: (performance.now() - begin) / 1000 };
}

/**
 * Kills Chrome's GPU process once there is one, or stops each: those in the group of processes that the script leads. Processes that are
 * older than the script are passed over, so that it is soon enough.
 */
const onGpuProcess = (signal: 'KILL' | 'STOP') => `
leader=$$
while test -d /proc/$leader; do
  for process in /proc/[0-9]*; do
    [ \${process#/proc/} -gt $leader ] || continue
    read -r line 2>&1 < $process/stat || continue
    set -- $line
    [ "$5" = $leader ] || continue
    grep -q type=gpu-process $process/cmdline && kill -${signal} $1${signal === 'KILL' ? ' && exit' : ''}
  done
  sleep 0.01
done`;

const chrome = () => findProgram('chrome')!;

describe('auto', () => {
  test('a browser that starts for SwiftShader only', { timeout }, async () => {
    const path = await script('hangs-on-hardware', [
      'case "$*" in *--version*|*--use-webgpu-adapter=swiftshader*) exec "$REAL" "$@";; esac',
      'exec sleep 1000',
    ]);
    const variables = { WEBGPU_ACTIVATIONS_CHROME: path, REAL: chrome() };
    const { status, stdout, stderr, seconds } = await cli(['info', '--json'], variables);
    expect(stderr).toContain('trying SwiftShader');
    expect(JSON.parse(stdout).adapter).toMatchObject({ architecture: 'swiftshader', software: true });
    expect(status).toBe(0);
    expect(seconds).toBeLessThan(PATIENCE_SECONDS);
  });

  test('a GPU process that never answers', { timeout }, async () => {
    const path = await script('hangs-in-gpu', [
      'case "$*" in *--version*|*--use-webgpu-adapter=swiftshader*) exec "$REAL" "$@";; esac',
      `(${onGpuProcess('STOP')}) &`,
      'exec "$REAL" "$@"',
    ]);
    const variables = { WEBGPU_ACTIVATIONS_CHROME: path, REAL: chrome() };
    const { status, stderr, seconds } = await cli(['info'], variables);
    expect(stderr).toMatch(/waited .* for a WebGPU adapter and its device in Chrome.*trying SwiftShader/s);
    expect(status).toBe(0);
    expect(seconds).toBeLessThan(PATIENCE_SECONDS);
  });

  test('a browser that never starts', { timeout }, async () => {
    const path = await script('hangs', ['case "$*" in *--version*) exit 0;; esac', 'exec sleep 1000']);
    const { status, stderr, seconds } = await cli(['info'], { WEBGPU_ACTIVATIONS_CHROME: path });
    expect(stderr).toMatch(/waited .* for Chrome to start: try --runtime firefox/);
    expect(status).toBe(4);
    expect(seconds).toBeLessThan(PATIENCE_SECONDS);
  });

  test('a browser that ends at once', { timeout }, async () => {
    const path = await script('ends', ['case "$*" in *--version*) exit 0;; esac', 'exit 7']);
    const { status, stderr } = await cli(['info'], { WEBGPU_ACTIVATIONS_CHROME: path });
    expect(stderr).toMatch(/Chrome .* does not start/);
    expect(status).toBe(4);
  });
});

describe('killed in the middle of a check', () => {
  /** What notes its process and becomes another program. */
  const noting = (name: string) =>
    script(name, ['case "$*" in *--version*) exec "$REAL" "$@";; esac', 'echo $$ > "$NOTE"', 'exec "$REAL" "$@"']);
  const kill = (note: string) => async () => {
    process.kill(Number(await readFile(note, 'utf8')), 'SIGKILL');
  };
  const check = ['check', 'gelu', '--count', '30000000', '--adapter', 'software'];

  test('the browser', { timeout }, async () => {
    const note = join(folder, 'browser.pid');
    const variables = { WEBGPU_ACTIVATIONS_CHROME: await noting('browser'), REAL: chrome(), NOTE: note };
    const { status, stderr } = await cli(check, variables, kill(note));
    expect(stderr).toMatch(/Chrome (ended|stopped answering)|the page in Chrome closed/);
    expect(status).toBe(4);
  });

  test('its GPU process', { timeout }, async () => {
    const note = join(folder, 'gpu.pid');
    const path = await script('browser-of-gpu', [
      'case "$*" in *--version*) exec "$REAL" "$@";; esac',
      `(until test -e "$NOTE"; do sleep 0.1; done; ${onGpuProcess('KILL')}) &`,
      'exec "$REAL" "$@"',
    ]);
    const variables = { WEBGPU_ACTIVATIONS_CHROME: path, REAL: chrome(), NOTE: note };
    const { status, stderr } = await cli(check, variables, () => writeFile(note, ''));
    expect(stderr).toMatch(/the GPU device was lost|an error in the page/);
    expect(status).toBe(4);
  });

  test('Deno', { timeout }, async () => {
    const note = join(folder, 'deno.pid');
    const variables = { WEBGPU_ACTIVATIONS_DENO: await noting('deno'), REAL: findProgram('deno')!, NOTE: note };
    const { status, stderr } = await cli([...check, '--runtime', 'deno'], variables, kill(note));
    expect(stderr).toContain('Deno ended by SIGKILL');
    expect(status).toBe(4);
  });
});

test('a program that an environment variable names and that is not there', { timeout }, async () => {
  for (const [runtime, name] of [
    ['firefox', 'WEBGPU_ACTIVATIONS_FIREFOX'],
    ['deno', 'WEBGPU_ACTIVATIONS_DENO'],
  ] as const) {
    const { status, stderr } = await cli(['info', '--runtime', runtime], { [name]: '/nowhere/program' });
    expect(stderr).toContain(`${name} is /nowhere/program, and no program starts from there`);
    expect(status).toBe(4);
  }
});

test('a message that comes after the reply starts no timer, for which the process would wait', async () => {
  let report: Setting['listen'] = () => undefined;
  const start = async ({ listen }: Setting): Promise<Started> => {
    report = listen;
    return {
      name: 'a program',
      isPage: false,
      broken: new Promise(() => undefined),
      call: async () => ({ answer: {}, arrays: {} }),
    };
  };
  const [way] = waysOf('node', 'any');
  const runtime = await openRuntime(start, way!, { start: 60, adapter: 60 });
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  await runtime.call('info', {});
  const before = timers();
  report(null);
  expect(timers()).toBe(before);
  await runtime.close();
});
