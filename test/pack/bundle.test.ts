/** What a page pays: the published package in the bundle of each bundler, minified and gzipped. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as esbuild, transform } from 'esbuild';
import { rollup } from 'rollup';
import { type Rolldown, build as vite } from 'vite';
import { describe, expect, test } from 'vitest';
import { createProject } from './project.js';

/** A page's own code, and the most bytes it may cost. */
const pages = [
  { name: 'everything', code: `export * from 'webgpu-activations';`, budget: 62_000 },
  ...['gelu', 'relu'].map((name) => ({
    name: `core and ${name}`,
    code: `export { createActivations } from 'webgpu-activations/core'; export { ${name} } from 'webgpu-activations/activations';`,
    budget: 25_000,
  })),
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
    const packages = { name: 'packages', resolveId: (name: string) => (/^[./]/.test(name) ? null : resolve(name)) };
    const bundle = await rollup({ input, plugins: [packages] });
    const { output } = await bundle.generate({ format: 'es' });
    const codes = output.map((file) => ('code' in file ? file.code : ''));
    // rollup minifies nothing itself
    return Promise.all(codes.map(async (code) => (await transform(code, { minify: true, format: 'esm' })).code));
  },
};

describe.each(pages)('$name: at most $budget bytes', ({ name, code, budget }) => {
  test.each(Object.keys(bundlers))('%s', async (bundler) => {
    project.write('page.js', code);
    const texts = await bundlers[bundler]!();
    const size = texts.reduce((sum, text) => sum + gzipSync(text).byteLength, 0);
    console.info(`${name} by ${bundler}, minified and gzipped: ${size.toLocaleString('en')} bytes`);
    expect(texts.join('')).toContain('@compute');
    expect(size).toBeLessThanOrEqual(budget);
  });
});
