/** Who the library is compared with. Each is loaded only when it is chosen. */
import type { Peer, PeerSetup } from '../../peers/peer.js';

export interface Opponent {
  readonly label: string;
  readonly note: string;
  readonly isOnGpu: boolean;
  load(): Promise<Peer>;
}

const folder = new URL('peers/', document.baseURI).href;
const setup: PeerSetup = { folders: { onnx: folder, litert: folder, wasm: folder }, versions: VERSIONS };

/** A library would take a missing file for a broken one, and fill the console with its surprise. */
async function expectFile(name: string, megabytes: number): Promise<void> {
  const url = `${folder}${name}`;
  const isKept = 'caches' in globalThis && (await caches.match(url)) !== undefined;
  if (!isKept && (await fetch(url, { method: 'HEAD' })).status !== 200)
    throw new Error(
      `the npm package leaves out its ${megabytes} MB of WebAssembly; a page built from a checkout has them`,
    );
}

/** Threads need shared memory, which a page has only where its server isolates it from others. */
const threads = crossOriginIsolated ? `${navigator.hardwareConcurrency} threads` : 'one thread: no isolation here';

/** By the names that their rows carry. */
export const opponents: Readonly<Record<string, Opponent>> = {
  loop: {
    label: 'CPU loop',
    note: 'a plain loop over typed arrays, one thread',
    isOnGpu: false,
    load: async () => (await import('../../peers/loop.js')).loop,
  },
  'tfjs-wasm': {
    label: `tfjs-wasm (${threads})`,
    note: 'TensorFlow.js on WebAssembly, SIMD',
    isOnGpu: false,
    load: async () => (await import('../../peers/tfjs.js')).createTfjsWasm(setup),
  },
  'jax-js': {
    label: 'jax-js',
    note: 'WebGPU, compiled by jit',
    isOnGpu: true,
    load: async () => (await import('../../peers/jax.js')).createJax(setup),
  },
  'onnxruntime-web': {
    label: 'ONNX Runtime Web',
    note: 'WebGPU, forward only; loads 26 MB of WebAssembly',
    isOnGpu: true,
    async load() {
      await expectFile('ort-wasm-simd-threaded.asyncify.wasm', 26);
      return (await import('../../peers/onnx.js')).createOnnx(setup);
    },
  },
  litert: {
    label: 'LiteRT.js',
    note: 'WebGPU, forward only; loads 9 MB of WebAssembly',
    isOnGpu: true,
    async load() {
      await expectFile('litert_wasm_internal.wasm', 9);
      return (await import('../../peers/litert.js')).createLitert(setup);
    },
  },
  'webgpu-torch': {
    label: 'webgpu-torch',
    note: 'WebGPU; relu, sigmoid, silu and tanh',
    isOnGpu: true,
    load: async () => (await import('../../peers/torch.js')).createTorch(setup),
  },
  'tfjs-webgpu': {
    label: 'tfjs',
    note: 'TensorFlow.js on WebGPU',
    isOnGpu: true,
    load: async () => (await import('../../peers/tfjs.js')).tfjsWebgpu,
  },
};

export const labelOf = (subject: string): string =>
  ({ ours: 'this library', copy: 'copy kernel', naive: 'naive formula' })[subject] ??
  opponents[subject]?.label ??
  subject;
