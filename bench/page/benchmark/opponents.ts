/** Who the library is compared with. Each is loaded only when it is chosen. */
import type { Peer, PeerSetup } from '../../peers/peer.js';

export interface Opponent {
  readonly label: string;
  readonly note: string;
  readonly isOnGpu: boolean;
  load(): Promise<Peer>;
}

const folder = new URL('peers/', document.baseURI).href;
const setup: PeerSetup = { folders: { onnx: folder, wasm: folder }, versions: VERSIONS };

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
    load: async () => (await import('../../peers/onnx.js')).createOnnx(setup),
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
