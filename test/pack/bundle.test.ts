/** What a page pays: the published package in the bundle of each bundler, minified and gzipped. */
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as esbuild, transform } from 'esbuild';
import { rollup } from 'rollup';
import { type Rolldown, build as vite } from 'vite';
import { describe, expect, test } from 'vitest';
import { createProject } from './project.js';

const single = (name: string): string =>
  `export { createActivations } from 'webgpu-activations/core'; export { ${name} } from 'webgpu-activations/activations';`;

/**
 * A page's own code, the bytes it should cost, and the most that it may: what was measured on 2026-11-27, of 66 activations. The
 * goals are missed.
 */
const pages = [
  { name: 'everything', code: `export * from 'webgpu-activations';`, goal: 45_000, limit: 72_000 },
  { name: 'core and gelu', code: single('gelu'), goal: 16_000, limit: 18_600 },
  { name: 'core and relu', code: single('relu'), goal: 13_000, limit: 17_200 },
] as const;

const project = createProject();
const input = join(project.folder, 'page.js');

const bundlers: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  async vite() {
    const result = await vite({
      configFile: false,
      logLevel: 'silent',
      root: project.folder,
      build: { write: false, minify: true, rolldownOptions: { input, preserveEntrySignatures: 'strict' } },
    });
    return (result as Rolldown.RolldownOutput).output.map((file) => ('code' in file ? file.code : ''));
  },
  async esbuild() {
    const { outputFiles } = await esbuild({
      ...{ entryPoints: [input], outdir: project.folder, absWorkingDir: project.folder },
      ...{ bundle: true, splitting: true, minify: true, format: 'esm', write: false, legalComments: 'none' },
    });
    return outputFiles.map(({ text }) => text);
  },
  async rollup() {
    const { resolve } = createRequire(input);
    // as rollup's own plugin for packages does, which reads `sideEffects` of package.json
    const resolveId = (name: string, importer?: string) => ({
      id: name.startsWith('.') ? join(dirname(importer!), name) : isAbsolute(name) ? name : resolve(name),
      moduleSideEffects: name === input,
    });
    const packages = { name: 'packages', resolveId };
    const bundle = await rollup({ input, plugins: [packages] });
    const { output } = await bundle.generate({ format: 'es' });
    const codes = output.map((file) => ('code' in file ? file.code : ''));
    // rollup minifies nothing itself
    return Promise.all(codes.map(async (code) => (await transform(code, { minify: true, format: 'esm' })).code));
  },
};

describe.each(pages)('$name: at most $limit bytes', ({ name, code, goal, limit }) => {
  test.each(Object.keys(bundlers))('%s', async (bundler) => {
    project.write('page.js', code);
    const texts = await bundlers[bundler]!();
    const size = texts.reduce((sum, text) => sum + gzipSync(text).byteLength, 0);
    const [bytes, aim] = [size, goal].map((count) => count.toLocaleString('en'));
    console.info(`${name} by ${bundler}, minified and gzipped: ${bytes} bytes, of a goal of ${aim}`);
    expect(texts.join('')).toContain('@compute');
    expect(size, 'for a new function the limit above rises by what it weighs').toBeLessThanOrEqual(limit);
  });
});
