/** The libraries to compare with, bundled by themselves: nothing that users load names them. */
import { createJax } from './jax.js';
import { createLitert } from './litert.js';
import { createOnnx } from './onnx.js';
import type { Peer, PeerSetup } from './peer.js';
import { createTfjsWasm, tfjsWebgpu } from './tfjs.js';
import { createTorch } from './torch.js';

export const createPeers = (setup: PeerSetup): Peer[] => [
  createJax(setup),
  createOnnx(setup),
  createLitert(setup),
  tfjsWebgpu,
  createTorch(setup),
  createTfjsWasm(setup),
];
