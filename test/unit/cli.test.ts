/** The built command line, as its users start it. */
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAdapterReport } from '../../bench/adapter_report.js';
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
    [['info', '--runtime', 'bun'], '--runtime needs one of chrome, firefox, deno, node, got "bun"'],
    [['info', '--adapter', 'gpu'], '--adapter needs one of auto, hardware, software, swiftshader, any, got "gpu"'],
    [['check', 'gellu'], 'did you mean "gelu"?'],
    [['check', '--vectors', 'none.json'], 'none.json: ENOENT'],
    [['check', 'glu', '--exhaustive'], '--exhaustive needs activations of x alone, glu is a gated one'],
    [['check', 'relu', '--exhaustive'], '--exhaustive needs --out DIR outside the repository'],
    [['check', 'relu', '--exhaustive', '--count', '5'], '--exhaustive and --count exclude each other'],
    [['check', 'relu', '--exhaustive', '--range', '5,4'], '--range needs FIRST,END'],
    [['check', '--json', '-', '--junit', '-'], 'expected one of --json, --junit, --figures on standard output'],
    [['check', 'relu', '--out', 'out'], '--out needs --exhaustive'],
    [['run'], 'expected one activation, got none'],
    [['run', 'relu', '--out', 'out'], 'relu needs --x'],
    [['run', 'relu', '--x', 'none.npy', '--out', 'out'], 'none.npy: ENOENT'],
    [['run', 'relu', '--alpha', '1', '--out', 'out'], 'relu has no parameter alpha'],
    [['run', 'leakyRelu', '--alpha', 'x', '--out', 'out'], '--alpha needs a number, got "x"'],
    [['run', 'hardmax', '--causal', '0', '--out', 'out'], 'hardmax takes no --causal'],
    [['check', '--count', '1e15'], '--count needs a whole number from 1 to 268435456, got "1e15"'],
    [['start', '--count', '1e15'], '--count needs a whole number from 1 to 268435456, got "1e15"'],
    [['bench', '--sizes', '1e6,1e15'], '--sizes needs a whole number from 1 to 268435456, got "1e15"'],
    [['bench', '--rounds', '1e15'], '--rounds needs a whole number from 1 to 1000, got "1e15"'],
    [['serve', '--port', '70000'], '--port needs a whole number from 1 to 65535, got "70000"'],
    [['serve', '--host', ''], '--host needs a value'],
    [['check', '--json', '', 'relu'], '--json needs a value'],
    [['check', '--json', '.'], 'cannot write .: EISDIR'],
    [['check', '--junit', '.'], 'cannot write .: EISDIR'],
    [['check', '--figures', '.'], 'cannot write .: EISDIR'],
    [['check', '--json', '/proc/x/a.json'], 'cannot make the folder /proc/x: ENOENT'],
    [['check', '--json', 'a.txt', '--junit', './a.txt'], 'expected a file for each of --json, --junit, --figures'],
    [['check', 'relu', '--exhaustive', '--out', '/proc/self/x'], 'cannot make the folder /proc/self/x: ENOENT'],
    [['bench', '--json', '/proc/a.json'], 'cannot write /proc/a.json: ENOENT'],
    [['run', 'silu', '--x', 'x.npy', '--bias', '0.5', '--out', 'o'], 'silu has no parameter bias'],
    [['run', 'hardTanh', '--x', 'x.npy', '--min', 'm.npy', '--out', 'o'], '--min needs a number, got "m.npy"'],
    [['bench', '--csv', '.'], 'cannot write .: EISDIR'],
    [['report', '--out', '.'], 'cannot write .: EISDIR'],
    [['report', '--json', '.'], 'cannot write .: EISDIR'],
    [['report', '--json', 'a', '--out', 'b'], 'expected --json or --out, got both'],
    [['report', '--json', 'a', '--markdown', './a'], 'expected a file for each of --json, --markdown'],
    [['report', '--csv', 'a'], 'unknown option --csv'],
    [['info', '--json', '.'], 'cannot write .: EISDIR'],
    [['list', '--json', '.'], 'cannot write .: EISDIR'],
  ])('%j is wrong usage', (argv, message) => {
    const begin = performance.now();
    const { status, stdout, stderr } = cli(argv);
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect([status, stdout]).toEqual([2, '']);
  });

  test('a word of 100,000 letters is refused at once, and not repeated', () => {
    const long = 'g'.repeat(100_000);
    const begin = performance.now();
    for (const argv of [
      [long],
      ['list', `--${long}`],
      ['check', long],
      ['check', '--runtime', long],
      ['check', '--count', long],
      ['check', '--dtype', long],
    ]) {
      const { status, stderr } = cli(argv);
      expect(status).toBe(2);
      expect(stderr).toMatch(/ggggg…/);
      expect(stderr).not.toMatch(/g{61}/);
    }
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  test('run finds out that its folder cannot be made before any work', async () => {
    await writeNpy(join(folder, 'x.npy'), { dtype: 'float32', shape: [1], data: Float32Array.of(1) });
    const { status, stderr } = cli(['run', 'relu', '--x', 'x.npy', '--out', '/proc/self/x']);
    expect(stderr).toBe(
      "webgpu-activations run: cannot make the folder /proc/self/x: ENOENT: no such file or directory, mkdir '/proc/self/x'\n",
    );
    expect(status).toBe(2);
  });

  test('no vectors at all', async () => {
    const { status, stderr } = cli(['check', '--vectors', await file('empty.json', [])]);
    expect(stderr).toContain('expected vectors to compare with, got none');
    expect(status).toBe(2);
    const vectors = await file('gelu.json', [
      { op: 'gelu', direction: 'forward', inputs: { x: [0] }, expected: { y: [0] } },
    ]);
    expect(cli(['check', 'relu', '--vectors', vectors]).stderr).toContain(
      'expected vectors of relu to compare with, got none',
    );
    const sampled = cli(['check', '--vectors', vectors, '--count', '5']);
    expect(sampled).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--vectors and --count exclude each other'),
    });
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
    expect(status).toBe(4);
  });

  test('packages that are not installed', async () => {
    await cp(join(root, 'dist'), join(folder, 'alone/dist'), { recursive: true });
    await cp(join(root, 'package.json'), join(folder, 'alone/package.json'));
    const alone = { file: join(folder, 'alone/dist/cli.js') };
    const node = cli(['info', '--runtime', 'node'], alone);
    expect(node.stderr).toContain('npm install webgpu');
    expect(node.status).toBe(4);
    const chrome = cli(['info', '--runtime', 'chrome'], alone);
    expect(chrome.stderr).toContain('npm install puppeteer');
    expect(chrome.status).toBe(4);
  });
});

test('Firefox: the adapter it keeps back is named by its driver, arrays travel, threads compare', {
  timeout,
}, async () => {
  const runtime = ['--runtime', 'firefox', '--adapter', 'swiftshader'];
  const { adapter } = JSON.parse(cli(['info', '--json', ...runtime]).stdout);
  expect(adapter).toMatchObject({ name: 'SwiftShader, by its driver file', software: true });
  await writeNpy(join(folder, 'firefox.npy'), { dtype: 'float32', shape: [3], data: Float32Array.of(-1, 2, -3) });
  expect(cli(['run', 'relu', '--x', 'firefox.npy', '--out', 'firefox', ...runtime])).toMatchObject({ status: 0 });
  expect((await readNpy(join(folder, 'firefox/y.npy'))).data).toEqual(Float32Array.of(0, 2, 0));
  const range = ['--exhaustive', '--range', `${0x80800000},${0x80800000 + 2 ** 20}`];
  expect(cli(['check', 'leakyRelu', ...range, '--out', 'records-firefox', ...runtime])).toMatchObject({ status: 0 });
});

describe.each(['chrome', 'deno', 'node'])('on SwiftShader in %s', (name) => {
  const runtime = ['--runtime', name, '--adapter', 'swiftshader'];

  test('info --json names adapter, limits and runtime', { timeout }, () => {
    const { status, stdout } = cli(['info', '--json', ...runtime]);
    expect(status).toBe(0);
    const { adapter, limits, runtime: version } = JSON.parse(stdout);
    expect(adapter).toMatchObject({ name: expect.stringMatching(/swiftshader/i), software: true });
    expect(limits.maxComputeWorkgroupsPerDimension).toBeGreaterThanOrEqual(65535);
    expect(version).toMatch(/\d+\.\d+/);
  });

  test('check --json - prints only JSON, --junit writes XML', { timeout }, async () => {
    const junit = join(folder, `made/for/it/${name}.xml`);
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

  // what it measures is the bench's, which is tried in a browser
  if (name === 'node')
    test('report writes checks and shares of the copy kernel', { timeout }, async () => {
      const out = join(folder, `reports-${name}`);
      const markdown = join(folder, 'report.md');
      const words = ['relu', '--count', '4096', '--sizes', '4096', '--json', `${out}/`, '--markdown', markdown];
      const { status, stderr } = cli(['report', ...words, ...runtime]);
      expect(stderr).toContain('2 of 2 checks passed');
      expect(status).toBe(0);
      const [file] = await readdir(out);
      const report = parseAdapterReport(await readFile(join(out, file!), 'utf8'));
      expect(report.results.map(({ name, status }) => `${name} ${status}`)).toEqual([
        'relu y passed',
        'relu dx passed',
      ]);
      expect(report.rows.map(({ pass, subject }) => `${pass} ${subject}`)).toEqual([
        ...['forward ours', 'forward copy', 'backward ours', 'backward copy'],
      ]);
      expect(report.machine.cores).toBeGreaterThan(0);
      const told = await readFile(markdown, 'utf8');
      expect(told).toMatch(/^# \S.*\n\n.+\n\n2 of 2 checks passed\.\n\n\| function \| pass /);
      expect(told).toMatch(/^\| relu \| forward \| 4096 \| [\d.]+ ms \| [\d.]+ \| [\d.]+ \| {2}\|$/m);
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
    const nothing = cli(['check', '--vectors', unknown, '--json', '-', ...runtime]);
    expect(nothing.stderr).toContain('nothing was checked: every vector is unsupported');
    expect(JSON.parse(nothing.stdout).summary).toEqual({ passed: 0, failed: 0, unsupported: 1, values: 0 });
    expect(nothing.status).toBe(1);
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

  test('run takes masks, sinks, rows over another axis and learned parameters', { timeout }, async () => {
    const out = join(folder, `rows-${name}`);
    const write = (tensor: string, shape: number[], values: number[]) =>
      writeNpy(join(folder, `${tensor}.npy`), { dtype: 'float32', shape, data: Float32Array.from(values) });
    const read = (tensor: string) => readNpy(join(out, `${tensor}.npy`));
    await write('logits', [2, 3, 2], Array(12).fill(0));
    await write('mask', [3], [Math.log(3), 0, 0]);
    await write('sink', [2], [0, -Infinity]);
    const files = ['--x', 'logits.npy', '--mask', 'mask.npy', '--sink', 'sink.npy', '--out', out];
    const rows = ['--inner', '2', '--queries', '2', '--causal', '0', '--empty', 'zero', '--logSumExp'];
    expect(cli(['run', 'softmax', ...files, ...rows, ...runtime])).toMatchObject({ status: 0 });
    const [y, logSumExp] = [await read('y'), await read('logSumExp')];
    expect([y.shape, logSumExp.shape]).toEqual([
      [2, 3, 2],
      [2, 2],
    ]);
    for (const [i, exact] of [0.75, 0.6, 0, 0.2, 0, 0, 1, 0.75, 0, 0.25, 0, 0].entries())
      expect(y.data[i]).toBeCloseTo(exact, 6);
    for (const [i, sum] of [4, 5, 3, 4].entries()) expect(logSumExp.data[i]).toBeCloseTo(Math.log(sum), 6);
    await write('a', [2], [0.5, 2]);
    await write('x2', [2, 2], [-1, -2, 3, -4]);
    const learned = ['--x', 'x2.npy', '--dy', 'x2.npy', '--alpha', 'a.npy', '--out', out];
    expect(cli(['run', 'leakyRelu', ...learned, ...runtime])).toMatchObject({ status: 0 });
    expect((await read('y')).data).toEqual(Float32Array.of(-0.5, -4, 3, -8));
    expect(await read('dAlpha')).toEqual({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 20) });
    const biased = ['--x', 'x2.npy', '--dy', 'x2.npy', '--bias', 'a.npy', '--out', out];
    expect(cli(['run', 'relu', ...biased, ...runtime])).toMatchObject({ status: 0 });
    expect((await read('y')).data).toEqual(Float32Array.of(0, 0, 3.5, 0));
    expect(await read('dBias')).toEqual({ dtype: 'float32', shape: [2], data: Float32Array.of(3, 0) });
    const number = ['--x', 'x2.npy', '--lambda', '0.5', '--bias', '0.25', '--out', out];
    expect(cli(['run', 'shrink', ...number, ...runtime])).toMatchObject({ status: 0 });
    expect((await read('y')).data).toEqual(Float32Array.of(-0.75, -1.75, 2.75, -3.75));
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
    const module = ['--module', join(root, 'bench/examples/bent_identity.js')];
    const { status, stdout } = cli(['check', '--count', '5000', '--json', '-', ...module, ...runtime]);
    expect(JSON.parse(stdout).summary).toMatchObject({ passed: 3, failed: 0 });
    expect(status).toBe(0);
    await writeNpy(join(folder, 'own.npy'), { dtype: 'float32', shape: [2], data: new Float32Array([0, 1]) });
    const own = cli([
      'run',
      'bentIdentity',
      '--x',
      'own.npy',
      '--alpha',
      '0.75',
      '--out',
      'own',
      ...module,
      ...runtime,
    ]);
    expect(own.status).toBe(0);
    expect((await readNpy(join(folder, 'own/y.npy'))).data[1]).toBeCloseTo(1 + 0.75 * (Math.SQRT2 - 1), 6);
    const library = [
      `import { defineActivation } from 'webgpu-activations';`,
      `import { check } from 'webgpu-activations/check';`,
      `const own = defineActivation({ name: check.name + 'Twice', reference: { value: (x) => 2 * x, derivative: () => 2 },`,
      `  wgsl: 'fn check_twice(x: real) -> real { return 2.0 * x; } fn check_twice_derivative(x: real) -> real { return x * 0.0 + 2.0; }' });`,
      'export { own, own as default };',
    ];
    const uses = await file('uses the library#1.mjs', library.join('\n'));
    const twice = cli(['run', 'checkTwice', '--x', 'own.npy', '--out', 'twice', '--module', uses, ...runtime]);
    expect(twice).toMatchObject({ status: 0, stdout: expect.stringContaining('y.npy  float32 [2]') });
    expect((await readNpy(join(folder, 'twice/y.npy'))).data).toEqual(Float32Array.of(0, 2));
    const missing = cli(['check', '--module', join(folder, 'none.js'), ...runtime]);
    expect(missing.stderr).toContain('none.js');
    expect(missing.status).toBe(2);
  });

  test('start prints a table of the activations and its adapter', { timeout }, () => {
    // where nobody names one, of all
    const names = name === 'chrome' ? [] : ['relu', 'prelu', 'swiglu', 'logSoftmax'];
    const { status, stdout } = cli(['start', ...names, '--count', '16384', ...runtime]);
    expect(stdout).toContain('SOFTWARE ADAPTER');
    expect(stdout).toMatch(/relu +forward +0 .*pass/);
    expect(stdout).toMatch(/logSoftmax +backward .*pass/);
    const count = names.length || Object.keys(catalogue).length;
    expect(stdout).toContain(`${2 * count} passed, 0 failed`);
    expect(status).toBe(0);
  });
});
