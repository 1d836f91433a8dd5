// Runs a script of this folder in headless Chrome and writes what it gives to the file of its name in results/:
// `npm run truth`, `npm run shapes`, `npm run step`. Plain JavaScript, because Node 20 runs no TypeScript.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { argv, env, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { launch } from 'puppeteer';
import { createServer } from 'vite';
import { chromeArguments, findBrowser } from '../src/cli/browser.js';
import { formatJson } from '../src/cli/json.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const [, , script] = argv;
if (!script || !existsSync(join(root, 'bench', `${script}.ts`)))
  throw new Error('usage: node bench/run.js truth|shapes|training/step');

const server = await createServer({
  root,
  // with the plugin that loads WGSL files
  configFile: join(root, 'vite.config.ts'),
  logLevel: 'error',
  cacheDir: join(tmpdir(), 'webgpu-activations-bench'),
  // Isolation gives the page the fine clock and shared memory.
  server: {
    hmr: false,
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
  // A dependency found while the page runs would reload it; ONNX Runtime finds its WebAssembly beside its own file.
  optimizeDeps: {
    noDiscovery: true,
    include: [
      '@stdlib/math-base-special-erf',
      '@stdlib/math-base-special-erfc',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/register_all_gradients.js',
      '@litertjs/core',
      'webgpu-torch',
    ],
    exclude: ['onnxruntime-web', '@jax-js/jax'],
  },
});
await server.listen(0);
const browser = await launch({
  executablePath: findBrowser(),
  headless: true,
  args: [
    ...chromeArguments(env.WEBGPU_ADAPTER === 'hardware' ? 'hardware' : 'swiftshader'),
    '--enable-webgpu-developer-features',
  ],
  protocolTimeout: 0,
});
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => stderr.write(`${error}\n`));
  await page.exposeFunction('log', (/** @type {string} */ line) => stderr.write(`${line}\n`));
  // Any file of this origin will do; the script is imported into it.
  await page.goto(`${server.resolvedUrls?.local[0]}LICENSE`);
  const json = await page.evaluate(
    async (name, setup) => {
      const module = await import(`/bench/${name}.ts`);
      return module.default(setup, /** @type {any} */ (globalThis).log);
    },
    script,
    setupOf(),
  );
  const circumstances = {
    browser: await browser.version(),
    date: new Date().toISOString(),
    processor: cpus()[0]?.model.trim(),
  };
  const result = { ...circumstances, ...json };
  writeFileSync(join(root, 'bench', 'results', `${basename(script)}.json`), `${formatJson(result)}\n`);
} finally {
  await browser.close();
  await server.close();
}

/** @returns {import('./peers/peer.js').PeerSetup} */
function setupOf() {
  return {
    folders: {
      onnx: '/node_modules/onnxruntime-web/dist/',
      litert: '/node_modules/@litertjs/core/wasm/',
      wasm: '/node_modules/@tensorflow/tfjs-backend-wasm/dist/',
    },
    versions: {
      jax: versionOf('@jax-js/jax'),
      onnx: versionOf('onnxruntime-web'),
      litert: versionOf('@litertjs/core'),
      torch: versionOf('webgpu-torch'),
    },
  };
}

/** @param {string} name
 *  @returns {string} */
function versionOf(name) {
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  while (!folder.endsWith(name)) folder = dirname(folder);
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}
