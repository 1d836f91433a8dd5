/** The built command line, as its users start it. */
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../src/catalogue.js';
import { readNpy, writeNpy } from '../../src/cli/npy.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const timeout = 120_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

function cli(argv: readonly string[], { file = join(root, 'dist/cli.js'), variables = {} } = {}) {
  const env = { ...process.env, ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...argv], {
    encoding: 'utf8',
    env,
    cwd: folder,
  });
  return { status, stdout, stderr };
}

const vectors = (expected: number, op = 'relu') => [
  {
    ...{ suite: 'test', name: 'one', op, direction: 'forward', params: {}, dtype: 'float32' },
    ...{ shape: [2], inputs: { x: [-1, 2] }, expected: { y: [0, expected] }, tolerance: { metric: 'ULP', value: 0 } },
  },
];

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('without a GPU', () => {
  test('--version, --help and the help of a command', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(cli(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(cli(['--help']).stdout).toContain('usage: webgpu-activations COMMAND');
    expect(cli(['run', '--help']).stdout).toContain('--weight w.npy');
  });

  test('list --json has a row for each activation', () => {
    const { status, stdout } = cli(['list', '--json']);
    expect(status).toBe(0);
    expect(cli(['list', '--json', '-']).stdout).toBe(stdout);
    const rows = JSON.parse(stdout);
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(Object.keys(catalogue));
    const { formula, bounds } = catalogue.leakyRelu;
    expect(rows).toContainEqual(
      expect.objectContaining({ name: 'leakyRelu', family: 'elementwise', formula, params: { alpha: 0.01 }, bounds }),
    );
  });

  test.each([
    [[], 'expected a command'],
    [['lsit'], 'unknown command "lsit"; did you mean list?'],
    [['list', 'relu'], 'expected no arguments, got relu'],
    [['info', '--jsno'], 'unknown option --jsno; did you mean --json?'],
    [['info', '--runtime', 'deno'], '--runtime needs one of chrome, node, got "deno"'],
    [['check', 'gellu'], 'did you mean "gelu"?'],
    [['check', '--vectors', 'none.json'], 'none.json: ENOENT'],
    [['check', 'glu', '--exhaustive'], '--exhaustive needs activations of x alone, glu is a gated one'],
    [['check', 'relu', '--exhaustive'], '--exhaustive needs --out DIR outside the repository'],
    [['check', 'relu', '--exhaustive', '--count', '5'], '--exhaustive and --count exclude each other'],
    [['check', 'relu', '--exhaustive', '--range', '5,4'], '--range needs FIRST,END'],
    [['check', '--json', '-', '--junit', '-'], 'expected one of --json, --junit, --figures on standard output'],
    [['check', '--json', 'nowhere/a.json'], 'cannot write nowhere/a.json: there is no folder nowhere'],
    [['check', 'relu', '--out', 'out'], '--out needs --exhaustive'],
    [['run'], 'expected one activation, got none'],
    [['run', 'relu', '--out', 'out'], 'relu needs --x'],
    [['run', 'relu', '--x', 'none.npy', '--out', 'out'], 'none.npy: ENOENT'],
    [['run', 'relu', '--alpha', '1', '--out', 'out'], 'relu has no parameter alpha'],
    [['run', 'leakyRelu', '--alpha', 'x', '--out', 'out'], '--alpha needs a number, got "x"'],
  ])('%j is wrong usage', (argv, message) => {
    const { status, stdout, stderr } = cli(argv);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, '']);
  });

  test('no vectors at all', async () => {
    const { status, stderr } = cli(['check', '--vectors', await file('empty.json', [])]);
    expect(stderr).toContain('expected vectors to compare with, got none');
    expect(status).toBe(2);
  });

  test('malformed vectors are an unreadable file', async () => {
    const path = await file('malformed.json', [{ op: 'relu' }]);
    expect(cli(['check', '--vectors', path])).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('without a runtime', () => {
  test('a browser that does not exist', () => {
    const { status, stderr } = cli(['info'], { variables: { WEBGPU_ACTIVATIONS_CHROME: '/nowhere/chrome' } });
    expect(stderr).toContain('/nowhere/chrome');
    expect(status).toBe(3);
  });

  test('packages that are not installed', async () => {
    await cp(join(root, 'dist'), join(folder, 'alone/dist'), { recursive: true });
    await cp(join(root, 'package.json'), join(folder, 'alone/package.json'));
    const alone = { file: join(folder, 'alone/dist/cli.js') };
    const node = cli(['info', '--runtime', 'node'], alone);
    expect(node.stderr).toContain('npm install webgpu');
    expect(node.status).toBe(3);
    const chrome = cli(['info', '--runtime', 'chrome'], alone);
    expect(chrome.stderr).toContain('npm install puppeteer');
    expect(chrome.status).toBe(3);
  });
});

describe.each(['chrome', 'node'])('on SwiftShader in %s', (name) => {
  const runtime = ['--runtime', name, '--adapter', 'swiftshader'];

  test('info --json names adapter, limits and runtime', { timeout }, () => {
    const { status, stdout } = cli(['info', '--json', ...runtime]);
    expect(status).toBe(0);
    const { adapter, limits, runtime: version } = JSON.parse(stdout);
    expect(adapter).toMatchObject({ architecture: 'swiftshader', software: true });
    expect(limits.maxComputeWorkgroupsPerDimension).toBeGreaterThanOrEqual(65535);
    expect(version).toMatch(/\d+\.\d+/);
  });

  test('check --json - prints only JSON, --junit writes XML', { timeout }, async () => {
    const junit = join(folder, `${name}.xml`);
    const { status, stdout } = cli([
      'check',
      'relu',
      'prelu',
      '--count',
      '4096',
      '--json',
      '-',
      '--junit',
      junit,
      ...runtime,
    ]);
    const report = JSON.parse(stdout);
    expect(report.summary).toMatchObject({ passed: 6, failed: 0, unsupported: 0 });
    expect(status).toBe(0);
    expect(await readFile(junit, 'utf8')).toContain('<testsuites tests="6" failures="0" skipped="0">');
  });

  test('check --exhaustive over a range writes its record', { timeout }, async () => {
    const out = join(folder, `records-${name}`);
    const range = ['--range', `${0x80800000},${0x80800000 + 2 ** 23 + 5}`];
    const { status, stdout } = cli(['check', 'leakyRelu', '--exhaustive', ...range, '--out', out, ...runtime]);
    expect(stdout).toMatch(/leakyRelu +y .*pass/);
    expect(status).toBe(0);
    const record = JSON.parse(await readFile(join(out, 'leakyRelu.json'), 'utf8'));
    expect(record).toMatchObject({ name: 'leakyRelu', passes: { derivative: { values: 2 ** 23 + 5, mismatches: 0 } } });
    expect(await readdir(out)).toEqual(['leakyRelu.json']);
  });

  test('check --vectors passes, fails and leaves out', { timeout }, async () => {
    const good = await file('good.json', vectors(2));
    const unknown = await file('unknown.json', vectors(2, 'nosuch'));
    const report = join(folder, `${name}.json`);
    expect(cli(['check', '--vectors', good, unknown, '--json', report, ...runtime]).status).toBe(0);
    expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({
      summary: { passed: 1, failed: 0, unsupported: 1, values: 2 },
      results: [
        {
          suite: 'test',
          name: 'one',
          op: 'relu',
          direction: 'forward',
          status: 'passed',
          values: 2,
          maxUlp: 0,
          maxAbs: 0,
        },
        { op: 'nosuch', status: 'unsupported', values: 0 },
      ],
    });
    const { status, stdout } = cli(['check', '--vectors', await file('wrong.json', vectors(3)), ...runtime]);
    expect(stdout).toContain('y[1], x 2: expected 3, got 2');
    expect(status).toBe(1);
  });

  test('run writes arrays of the inputs’ shape and type', { timeout }, async () => {
    const out = join(folder, `out-${name}`);
    const write = (tensor: string, dtype: 'float32' | 'float16', shape: number[], values: number[]) =>
      writeNpy(join(folder, `${tensor}.npy`), { dtype, shape, data: Float32Array.from(values) });
    await write('x', 'float32', [2, 2], [-1, 2, -3, 4]);
    await write('dy', 'float32', [2, 2], [1, 1, 1, 1]);
    await write('w', 'float16', [2, 1], [0.5, 2]);
    const files = ['--x', 'x.npy', '--dy', 'dy.npy', '--weight', 'w.npy', '--out', out];
    expect(cli(['run', 'prelu', ...files, ...runtime])).toMatchObject({ status: 0 });
    const read = (tensor: string) => readNpy(join(out, `${tensor}.npy`));
    expect(await read('y')).toEqual({ dtype: 'float32', shape: [2, 2], data: Float32Array.of(-0.5, 2, -6, 4) });
    expect(await read('dx')).toEqual({ dtype: 'float32', shape: [2, 2], data: Float32Array.of(0.5, 1, 2, 1) });
    expect(await read('dWeight')).toEqual({ dtype: 'float16', shape: [2, 1], data: Float32Array.of(-1, -3) });
  });

  test('run keeps float16 arrays in float16', { timeout }, async () => {
    const out = join(folder, `half-${name}`);
    const [x, y] = [Float32Array.of(-1, 300, 2 ** -24, Infinity, 0.5), Float32Array.of(0, Infinity, 0, Infinity, 0.25)];
    await writeNpy(join(folder, 'half.npy'), { dtype: 'float16', shape: [5], data: x });
    expect(cli(['run', 'reluSquared', '--x', 'half.npy', '--out', out, ...runtime])).toMatchObject({ status: 0 });
    expect(await readNpy(join(out, 'y.npy'))).toEqual({ dtype: 'float16', shape: [5], data: y });
  });

  test('check --dtype compares every number of a type', { timeout }, () => {
    const { status, stdout } = cli(['check', 'silu', 'swiglu', '--dtype', 'f16', '--json', '-', ...runtime]);
    expect(status).toBe(0);
    const { summary, results } = JSON.parse(stdout);
    expect(summary).toMatchObject({ passed: 5, failed: 0, values: 5 * 65536 });
    for (const { maxUlp } of results) expect(maxUlp).toBeLessThanOrEqual(0.5005);
  });

  test('--module makes an activation of one’s own known to every command', { timeout }, async () => {
    const module = ['--module', join(root, 'bench/examples/snake.js')];
    const { status, stdout } = cli(['check', '--count', '5000', '--json', '-', ...module, ...runtime]);
    expect(JSON.parse(stdout).summary).toMatchObject({ passed: 3, failed: 0 });
    expect(status).toBe(0);
    await writeNpy(join(folder, 'own.npy'), { dtype: 'float32', shape: [2], data: new Float32Array([0, 1]) });
    const own = cli(['run', 'snake', '--x', 'own.npy', '--alpha', '2', '--out', 'own', ...module, ...runtime]);
    expect(own.status).toBe(0);
    expect((await readNpy(join(folder, 'own/y.npy'))).data[1]).toBeCloseTo(1 + Math.sin(2) ** 2 / 2, 6);
    const missing = cli(['check', '--module', join(folder, 'none.js'), ...runtime]);
    expect(missing.stderr).toContain('none.js');
    expect(missing.status).toBe(2);
  });

  test('start prints a table of every activation and its adapter', { timeout }, () => {
    const { status, stdout } = cli(['start', '--count', '16384', ...runtime]);
    expect(stdout).toContain('SOFTWARE ADAPTER');
    expect(stdout).toMatch(/relu +forward +0 .*pass/);
    expect(stdout).toMatch(/logSoftmax +backward .*pass/);
    expect(stdout).toContain(`${2 * Object.keys(catalogue).length} passed, 0 failed`);
    expect(status).toBe(0);
  });
});
