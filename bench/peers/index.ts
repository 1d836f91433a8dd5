import { jax } from './jax.js';
import { createOnnx } from './onnx.js';
import type { Peer, PeerFiles } from './peer.js';
import { createTfjsWasm, tfjsWebgpu } from './tfjs.js';

export const createPeers = (files: PeerFiles): Peer[] => [jax, createOnnx(files), tfjsWebgpu, createTfjsWasm(files)];
