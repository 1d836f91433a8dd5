/** Builds the page into dist/page: static files that work from any folder of any server, and offline once loaded. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { packageRevision, packageVersion } from '../../src/cli/package.js';
import { wgslModules } from '../../src/wgsl/plugin.js';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** What opponents load by themselves, by addresses that a bundler does not see. */
const peerFiles: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-web': ['mjs', 'wasm'].map((ending) => `dist/ort-wasm-simd-threaded.asyncify.${ending}`),
  // with and without relaxed SIMD, as the browser has it
  '@litertjs/core': ['', '_compat'].flatMap((kind) =>
    ['js', 'wasm'].map((ending) => `wasm/litert_wasm${kind}_internal.${ending}`),
  ),
  '@tensorflow/tfjs-backend-wasm': ['', '-simd', '-threaded-simd'].map((kind) => `dist/tfjs-backend-wasm${kind}.wasm`),
};

export default defineConfig({
  root: folder,
  base: './',
  define: {
    REVISION: JSON.stringify(packageRevision()),
    PACKAGE_VERSION: JSON.stringify(packageVersion()),
    LINKS: JSON.stringify(linksOf()),
    VERSIONS: JSON.stringify({
      ...{ jax: versionOf('@jax-js/jax'), onnx: versionOf('onnxruntime-web') },
      ...{ litert: versionOf('@litertjs/core'), torch: versionOf('webgpu-torch') },
    }),
  },
  plugins: [wgslModules({ isReadable: true }), loosenThreads(), copyPeerFiles(), nameVersion(), nameAddress()],
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    // ECharts and TensorFlow.js are as large as they are.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: { index: join(folder, 'index.html'), 'service-worker': join(folder, 'service_worker.ts') },
      output: {
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
        // Few requests: what several views share comes in three files, one of them before the first line is shown.
        codeSplitting: {
          groups: [
            {
              name: 'page',
              test: /rolldown\/runtime|preact|\/bench\/page\/(controls|device|files|latest|numbers|settings|theme)\.tsx?$/,
              priority: 2,
            },
            // what only a report wants, and what that imports, comes with it
            { name: 'library', test: /\/src\/(?!cli\/host\/(?!adapter))|\/shaders\/|@stdlib/, priority: 1 },
            { name: 'bench', test: /\/bench\/[a-z_]+\.ts$|\/peers\/loop|\/(benchmark\/cpu|start\/measure)\.ts$/ },
          ],
        },
      },
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
            fileName: `peers/${basename(file)}`,
            source: readFileSync(join(packageFolder(name), file)),
          });
    },
  };
}

/** Tells the service worker which build it belongs to. */
function nameVersion(): Plugin {
  return {
    name: 'name-version',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['service-worker.js'];
      if (worker?.type !== 'chunk') throw new Error('expected a chunk service-worker.js');
      const version = `${packageRevision()} ${new Date().toISOString()}`;
      // the minifier has a choice of quotes
      worker.code = worker.code.replace(/(["'`])VERSION OF FILES\1/, () => JSON.stringify(version));
    },
  };
}

/** A link's picture is found by its whole address, which is known where PAGE_URL says where the page will lie. */
export function nameAddress(): Plugin {
  const address = process.env.PAGE_URL;
  return {
    name: 'name-address',
    transformIndexHtml(html) {
      if (!address) return html;
      const url = new URL(address.replace(/\/?$/, '/'));
      const tags = [
        { tag: 'link', attrs: { rel: 'canonical', href: url.href } },
        { tag: 'meta', attrs: { property: 'og:url', content: url.href } },
      ];
      return { html: html.replace(/content="[^"]*preview.png"/g, `content="${new URL('preview.png', url)}"`), tags };
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

/** Where the package's source, documents and form of results are: its own addresses where it names them, else its place on npm. */
function linksOf(): { readonly source: string; readonly docs: string; readonly issues: string } {
  const { name, homepage, repository, bugs } = JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8'));
  const npm = `https://www.npmjs.com/package/${name}`;
  const source = String(repository?.url ?? repository ?? '').replace(/^git\+|\.git$/g, '');
  const issues = String(bugs?.url ?? bugs ?? '').replace(/\/?$/, '');
  return {
    source: source || `${npm}?activeTab=code`,
    docs: homepage ?? npm,
    // none where nobody says where they are
    issues: issues && `${issues}/new?template=gpu_results.yml`,
  };
}
