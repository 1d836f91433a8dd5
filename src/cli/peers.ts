/** Makes the libraries of `bench --peers` loadable by a page. They are not part of this package: they, and the bundler, are
 *  found where whoever wants the comparison has installed them. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PeerSetup } from '../../bench/peers/peer.js';
import { UsageError } from './exit.js';
import { distributedFile } from './package.js';
import type { Runtime } from './runtimes/runtime.js';

const packages = [
  'vite',
  '@jax-js/jax',
  'onnxruntime-web',
  '@litertjs/core',
  'webgpu-torch',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-backend-wasm',
];

export interface PeerBundle {
  readonly module: string;
  readonly setup: PeerSetup;
}

/** Bundles the peers and serves them to the runtime's page while `use` runs. @throws {UsageError} for a package that is missing */
export async function withPeers<Result>(
  serve: Runtime['serve'],
  use: (bundle: PeerBundle) => Promise<Result>,
): Promise<Result> {
  const entry = distributedFile('peers.js');
  const [, jax, onnx, litert, torch, , , wasm] = packages.map((name) => folderOf(name, entry));
  const folder = await mkdtemp(join(tmpdir(), 'webgpu-activations-peers-'));
  try {
    await bundle(entry, folder);
    return await use({
      module: `${serve('peers', folder)}index.js`,
      setup: {
        folders: {
          onnx: serve('onnx', join(onnx!, 'dist')),
          litert: serve('litert', join(litert!, 'wasm')),
          wasm: serve('wasm', join(wasm!, 'dist')),
        },
        versions: {
          ...{ jax: versionOf(jax!), onnx: versionOf(onnx!) },
          ...{ litert: versionOf(litert!), torch: versionOf(torch!) },
        },
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bundle(entry: string, folder: string): Promise<void> {
  const { build } = (await import('vite')) as typeof import('vite');
  await build({
    configFile: false,
    logLevel: 'error',
    root: dirname(entry),
    base: './',
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      minify: false,
      modulePreload: false,
      rolldownOptions: {
        input: { index: entry },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  });
}

/** The folder of an installed package, as the bundle will find it. */
function folderOf(name: string, from: string): string {
  let folder: string;
  try {
    folder = dirname(createRequire(from).resolve(name));
  } catch {
    throw new UsageError(`--peers needs npm packages: npm install --no-save ${packages.join(' ')}`);
  }
  while (!existsSync(join(folder, 'package.json')) || nameOf(folder) !== name) folder = dirname(folder);
  return folder;
}

const describe = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const nameOf = (folder: string): string | undefined => describe(folder).name;
const versionOf = (folder: string): string => describe(folder).version;
