/** Builds the page into dist/page: static files that work from any folder of any server, and offline once loaded. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { packageRevision } from '../../src/cli/package.js';
import { wgslModules } from '../../src/wgsl/plugin.js';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** What opponents load by themselves, by addresses that a bundler does not see. */
const peerFiles: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-web': ['ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'],
  '@tensorflow/tfjs-backend-wasm': [
    'tfjs-backend-wasm.wasm',
    'tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm-threaded-simd.wasm',
  ],
};
/** Nobody who only looks at the page should load 26 MB: it is kept for offline use once a run has asked for it. */
const isHeavy = (file: string): boolean => file.startsWith('peers/ort-');

export default defineConfig({
  root: folder,
  base: './',
  define: {
    REVISION: JSON.stringify(packageRevision()),
    VERSIONS: JSON.stringify({ jax: versionOf('@jax-js/jax'), onnx: versionOf('onnxruntime-web') }),
  },
  plugins: [wgslModules({ isReadable: true }), loosenThreads(), copyPeerFiles(), listFiles()],
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    // ECharts and TensorFlow.js are as large as they are.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: { index: join(folder, 'index.html'), 'service-worker': join(folder, 'service_worker.ts') },
      output: { entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
});

/**
 * TensorFlow.js sends this function to its workers as text, where the variable does not exist: it asks `typeof` first, which
 * the minifier, who sees the variable, leaves out. A property of the global object may be missing anywhere.
 */
function loosenThreads(): Plugin {
  const question = 'typeof _scriptDir !== "undefined" && _scriptDir';
  return {
    name: 'loosen-threads',
    transform: {
      filter: { id: /tfjs-backend-wasm-threaded-simd\.js$/ },
      handler(code) {
        if (!code.includes(question)) throw new Error('TensorFlow.js has changed: is this still needed?');
        return { code: code.replace(question, 'globalThis._scriptDir'), map: null };
      },
    },
  };
}

function copyPeerFiles(): Plugin {
  return {
    name: 'copy-peer-files',
    apply: 'build',
    generateBundle(_options, bundle) {
      // The bundler finds one of them, under a name that the library would not look for.
      for (const file of Object.keys(bundle)) if (/ort-wasm.*\.wasm$/.test(file)) delete bundle[file];
      for (const [name, files] of Object.entries(peerFiles))
        for (const file of files)
          this.emitFile({
            type: 'asset',
            fileName: `peers/${file}`,
            source: readFileSync(join(packageFolder(name), 'dist', file)),
          });
    },
  };
}

/** Tells the service worker what to keep. */
function listFiles(): Plugin {
  return {
    name: 'list-files',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((file) => file !== 'service-worker.js' && !isHeavy(file));
      const worker = bundle['service-worker.js'];
      if (worker?.type !== 'chunk') throw new Error('expected a chunk service-worker.js');
      const version = `${packageRevision()} ${new Date().toISOString()}`;
      // the minifier has a choice of quotes
      const fill = (constant: string, value: unknown) => {
        worker.code = worker.code.replace(new RegExp(`(["'\`])${constant}\\1`), () => JSON.stringify(value));
      };
      fill('LIST OF FILES', files);
      fill('VERSION OF FILES', version);
    },
  };
}

function packageFolder(name: string): string {
  let parent = dirname(createRequire(import.meta.url).resolve(name));
  while (!parent.endsWith(join('node_modules', name))) parent = dirname(parent);
  return parent;
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')).version;
}
