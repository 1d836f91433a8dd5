/** From nothing to the first result: device, compilation, upload, run and readback of gelu over 2²⁰ numbers. */

import { resolveActivation } from '../src/catalogue.js';
import { createActivations } from '../src/index.js';
import type { Peer } from './peers/peer.js';
import { Inputs, planWork } from './work.js';

export interface Startup {
  readonly subject: string;
  readonly nanoseconds: number;
}

const LENGTH = 2 ** 20;
const ACTIVATION = 'gelu';

/** Starts this library and each peer, in turn; a peer stays started. */
export async function measureStartup(gpu: GPU, peers: readonly Peer[]): Promise<Startup[]> {
  const work = planWork(resolveActivation(ACTIVATION), 'forward', LENGTH);
  const inputs = new Inputs().of(work);
  const results: Startup[] = [];
  const time = async (subject: string, start: () => Promise<unknown>) => {
    const begin = performance.now();
    await start();
    results.push({ subject, nanoseconds: (performance.now() - begin) * 1e6 });
  };
  await time('ours', async () => {
    const activations = await createActivations({ gpu });
    await activations.forward(ACTIVATION, { x: inputs.x! });
    activations.dispose();
  });
  for (const peer of peers.filter((candidate) => !candidate.supports(work))) await peer.open();
  for (const peer of peers.filter((candidate) => candidate.supports(work)))
    await time(peer.name, async () => {
      await peer.open();
      const prepared = await peer.prepare(work, inputs, 1);
      await prepared.run();
      await prepared.read();
      prepared.dispose();
    });
  return results;
}
