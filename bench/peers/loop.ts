/** The opponent without a library: one thread, a plain loop over typed arrays, Math.exp and its like. */
import { hasFormula, naiveLoop } from '../naive.js';
import type { Peer } from './peer.js';

export const loop: Peer = {
  name: 'loop',
  version: '',
  isOnGpu: false,
  async open() {},
  supports: hasFormula,
  async prepare(work, inputs) {
    const outputs = Object.fromEntries(work.writes.map((name) => [name, new Float32Array(work.length)]));
    const compute = naiveLoop(work);
    return {
      run: () => compute(inputs, outputs),
      async finish() {},
      read: async () => outputs,
      dispose() {},
    };
  },
};
