import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

// About what is published, so `npm run build` comes first.
const root = new URL('../../', import.meta.url);
const description = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

test('every file that package.json names exists', () => {
  const targets = [description.exports, description.bin, description.files]
    .flatMap(strings)
    .filter((path) => !path.startsWith('!'));
  for (const path of targets) expect(existsSync(new URL(path.replace('*', ''), root)), path).toBe(true);
});

test('the library has no dependency and imports in plain Node, without a GPU', async () => {
  expect(description.dependencies).toBeUndefined();
  for (const entry of ['.', './check']) {
    const module = await import(/* @vite-ignore */ new URL(description.exports[entry].default, root).href);
    expect(Object.keys(module)).not.toHaveLength(0);
  }
});

// The goal is 20 kB, of which the WGSL alone takes most; with all there is it measured 41.2 kB on 2026-11-25, and must not
// grow unnoticed.
test('the library stays below 41.5 kB, minified and gzipped', async () => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(root),
    build: {
      write: false,
      minify: true,
      rolldownOptions: { input: 'dist/index.js', preserveEntrySignatures: 'strict' },
    },
  });
  const [chunk] = (result as Rolldown.RolldownOutput).output;
  expect(chunk.exports).toContain('createActivations');
  const { byteLength } = gzipSync(chunk.code);
  console.info(`the library, minified and gzipped: ${byteLength.toLocaleString('en')} bytes`);
  expect(byteLength).toBeLessThanOrEqual(41_500);
});

function strings(value: unknown): string[] {
  return typeof value === 'string' ? [value] : Object.values(value as object).flatMap(strings);
}
