/** What is published, and how others read its package.json. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platform } from 'node:process';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { createProject, runTool } from './project.js';

const project = createProject();
const installed = join(project.folder, 'node_modules/webgpu-activations');
const description = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));

test('its files, hashes and the names of chunks left out', () => {
  const list = execFileSync('tar', ['tzf', project.tarball], { encoding: 'utf8' });
  const kinds = list
    .trim()
    .split('\n')
    .map((path) =>
      path
        .replace('package/', '')
        .replace(/^(dist\/(?:chunks|page\/assets|types)|shaders|docs)\/.*(\.\w+)$/, '$1/*$2')
        .replace(/\.d\.ts$/, '.ts'),
    );
  expect([...new Set(kinds)].sort()).toEqual([
    ...['CHANGELOG.md', 'LICENSE', 'README.md'],
    ...['benchmark', 'check', 'explore', 'learn'].map((view) => `bench/page/pictures/${view}.png`),
    ...['dist/activations.js', 'dist/check.js', 'dist/child.js'],
    ...['dist/chunks/*.js', 'dist/cli.js', 'dist/core.js', 'dist/host.js', 'dist/index.js'],
    ...['dist/page/assets/*.css', 'dist/page/assets/*.js', 'dist/page/icon-192.png', 'dist/page/icon-512.png'],
    ...['dist/page/index.html', 'dist/page/manifest.webmanifest'],
    'dist/page/peers/ort-wasm-simd-threaded.asyncify.mjs',
    ...['', '-simd', '-threaded-simd'].map((kind) => `dist/page/peers/tfjs-backend-wasm${kind}.wasm`).sort(),
    ...[
      'dist/page/preview.png',
      'dist/page/service-worker.js',
      'dist/peers.js',
      'dist/tfjs.js',
      'dist/types/*.ts',
      'dist/vitest.js',
    ],
    ...['docs/*.md', 'package.json', 'shaders/*.sollya', 'shaders/*.wgsl'],
  ]);
});

test('every file that package.json names exists', () => {
  const targets = [description.exports, description.bin].flatMap(strings);
  for (const path of targets) expect(existsSync(join(installed, path.replace('*', ''))), path).toBe(true);
});

test('every picture that the README shows is in it', () => {
  const pictures = [...readFileSync(join(installed, 'README.md'), 'utf8').matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)];
  expect(pictures).not.toEqual([]);
  for (const [, path] of pictures) expect(existsSync(join(installed, path!)), path).toBe(true);
});

test('no dependency, and it imports in plain Node, without a GPU', async () => {
  expect(description.dependencies).toBeUndefined();
  for (const entry of ['.', './core', './activations', './check', './vitest']) {
    const file = join(installed, description.exports[entry].default);
    expect(Object.keys(await import(/* @vite-ignore */ pathToFileURL(file).href))).not.toHaveLength(0);
  }
});

test('the command starts', () => {
  const command = join(project.folder, 'node_modules/.bin/webgpu-activations');
  expect(execFileSync(command, ['--version'], { encoding: 'utf8', shell: platform === 'win32' })).toBe(
    `${description.version}\n`,
  );
});

test('publint has nothing to say', () => {
  const { status, output } = runTool(
    project.folder,
    'node_modules/publint/src/cli.js',
    'run',
    project.tarball,
    '--strict',
  );
  expect(output).toContain('All good!');
  expect(status).toBe(0);
});

// Plain modules, as the README says: require() of CommonJS and resolution as before package.json had exports are left out.
test('its types are what its modules are, by attw', () => {
  const tool = 'node_modules/@arethetypeswrong/cli/dist/index.js';
  const { status, output } = runTool(project.folder, tool, project.tarball, '--profile', 'esm-only');
  expect(status, output).toBe(0);
});

function strings(value: unknown): string[] {
  return typeof value === 'string' ? [value] : Object.values(value as object).flatMap(strings);
}
