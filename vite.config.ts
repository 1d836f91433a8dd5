import { readFile } from 'node:fs/promises';
import { defineConfig, type Plugin } from 'vitest/config';
import { puppeteer } from './test/puppeteer.js';

const library = { index: 'src/index.ts', check: 'src/check/index.ts', cli: 'src/cli/main.ts' };

/** What the command line loads into headless Chrome: one file, because a page cannot resolve package names. The bench's peers
 *  are a file of their own, bundled with the libraries it names only where somebody asks for the comparison. */
const host = { host: 'src/cli/host.ts', peers: 'bench/peers/index.ts' };
const peers = [/^@jax-js\//, /^@tensorflow\//, /^onnxruntime-web/];

export default defineConfig(({ mode }) => ({
  plugins: [compactWgsl()],
  build: {
    target: 'es2022',
    // Left readable for stack traces; whoever bundles the library minifies it. Doc comments live in the type declarations.
    minify: false,
    emptyOutDir: mode !== 'host',
    lib: { entry: mode === 'host' ? host : library, formats: ['es'] },
    rolldownOptions: {
      external: mode === 'host' ? peers : [/^node:/, 'puppeteer', 'vite', 'webgpu'],
      output: { chunkFileNames: 'chunks/[name].js', comments: { legal: true, annotation: true, jsdoc: false } },
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: 'page', include: ['test/page/**/*.test.ts'], environment: 'node', testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: ['test/gpu/**/*.test.ts'],
          // SwiftShader runs the shaders on the CPU's cores: two files at once would only slow each other.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            provider: puppeteer(),
            instances: [{ browser: 'chrome' }],
            screenshotFailures: false,
          },
        },
      },
    ],
  },
}));

/** Builds carry the WGSL without comments and indentation; the line breaks stay, so a compiler message still names the
 *  right line of the file. */
function compactWgsl(): Plugin {
  return {
    name: 'compact-wgsl',
    apply: 'build',
    enforce: 'pre',
    load: {
      filter: { id: /\.wgsl\?raw$/ },
      async handler(id) {
        const file = id.slice(0, -'?raw'.length);
        this.addWatchFile(file);
        return `export default ${JSON.stringify(compact(await readFile(file, 'utf8')))};`;
      },
    },
  };
}

/** WGSL has no string literals that could contain a comment; its block comments may nest, but none here does. */
function compact(text: string): string {
  return text
    .replace(/\/\/.*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]+/g, ' '))
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/ ?([=+*/<>,:;(){}&|^]) ?/g, '$1')
        // two minus beside each other would be another token
        .replace(/(?<!- ?) ?-(?! ?-) ?/g, '-'),
    )
    .join('\n');
}
