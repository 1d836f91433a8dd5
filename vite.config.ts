import { defineConfig } from 'vitest/config';
import { wgslModules } from './src/wgsl/plugin.js';
import { puppeteer } from './test/puppeteer.js';

const library = {
  index: 'src/index.ts',
  core: 'src/core.ts',
  activations: 'src/activations.ts',
  check: 'src/check/index.ts',
  tfjs: 'src/tfjs/index.ts',
  vitest: 'src/vitest.ts',
  cli: 'src/cli/main.ts',
  child: 'src/cli/runtimes/child.ts',
};

/** What the command line loads into headless Chrome: one file, because a page cannot resolve package names. The bench's peers
 *  are a file of their own, bundled with the libraries it names only where somebody asks for the comparison. */
const host = { host: 'src/cli/host.ts', peers: 'bench/peers/index.ts' };
const peers = [/^@jax-js\//, /^@litertjs\//, /^@tensorflow\//, /^onnxruntime-web/, 'webgpu-torch'];

/** Tests of test/unit that take longer than the rest together: every text is parsed, or every kind of block swept. */
const texts = ['source', 'conforming', 'exhaustive'].map((name) => `test/unit/${name}.test.ts`);
/** Tests of the kernels in which threads share a row, as on GPUs. SwiftShader compiles a store for each word of workgroup memory that
 *  it clears, half of these tests' time. The kernels of rows write that memory before they read it: here it is not cleared. */
const teams = ['softmax', 'rows', 'row_values'].map((name) => `test/gpu/${name}.test.ts`);
const DIRTY_WORKGROUPS = '--enable-dawn-features=disable_workgroup_init';
const commandLine = ['test/unit/cli*.test.ts', 'test/unit/ends.test.ts', 'test/unit/runtimes.test.ts'];

export default defineConfig(({ mode }) => ({
  plugins: [wgslModules()],
  build: {
    target: 'es2022',
    // Left readable for stack traces; whoever bundles the library minifies it. Doc comments live in the type declarations.
    minify: false,
    emptyOutDir: mode !== 'host',
    lib: { entry: mode === 'host' ? host : library, formats: ['es'] },
    rolldownOptions: {
      external: mode === 'host' ? peers : [/^node:/, /^@tensorflow\//, 'puppeteer', 'vite', 'webgpu'],
      output: {
        chunkFileNames: 'chunks/[name].js',
        comments: { legal: true, annotation: true, jsdoc: false },
        // What the float64 reference computes with, in CommonJS, which a bundler cannot drop from a chunk that it needs.
        ...(mode !== 'host' && { codeSplitting: { groups: [{ name: 'float64', test: /@stdlib|reference\/math/ }] } }),
      },
    },
  },
  test: {
    projects: [
      // Three speeds: seconds without a build; every text parsed; what starts the built command line or installs the package.
      inNode('unit', ['test/unit/**/*.test.ts'], [...texts, ...commandLine]),
      inNode('text', texts, [], 180_000),
      inNode('cli', commandLine),
      inNode('package', ['test/pack/**/*.test.ts']),
      inNode('examples', ['test/examples/**/*.test.ts']),
      {
        extends: true,
        test: { name: 'page', include: ['test/page/**/*.test.ts'], environment: 'node', testTimeout: 120_000 },
      },
      inChrome('gpu', ['test/gpu/**/*.test.ts'], teams),
      inChrome('rows', teams, [], DIRTY_WORKGROUPS),
    ],
  },
}));

function inNode(name: string, include: string[], exclude: string[] = [], testTimeout = 60_000) {
  return { extends: true, test: { name, include, exclude, environment: 'node', testTimeout } } as const;
}

function inChrome(name: string, include: string[], exclude: string[], ...flags: string[]) {
  return {
    extends: true as const,
    test: {
      name,
      include,
      exclude,
      // SwiftShader runs the shaders on the CPU's cores: two files at once would only slow each other.
      fileParallelism: false,
      testTimeout: 120_000,
      hookTimeout: 120_000,
      browser: {
        enabled: true,
        headless: true,
        provider: puppeteer(...flags),
        instances: [{ browser: 'chrome' as const }],
        screenshotFailures: false,
      },
    },
  };
}
