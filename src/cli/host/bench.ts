import { type Measurement, bench as measure } from '../../../bench/bench.js';
import { loop } from '../../../bench/peers/loop.js';
import type { Peer, PeerSetup } from '../../../bench/peers/peer.js';
import type { StorageType } from '../../storage.js';
import type { HostFunction } from './call.js';

export interface BenchRequest {
  readonly names: readonly string[];
  /** Elements of a tensor; unless given, as many as the adapter wants. */
  readonly lengths?: readonly number[];
  readonly rounds?: number;
  readonly dtype?: StorageType;
  /** Compare with others: with a plain loop, and with the libraries in the bundle where there is one. */
  readonly peers?: { readonly bundle?: { readonly module: string; readonly setup: PeerSetup } };
}

/** A GPU shows its limit from some 2²⁶ elements on; a CPU is slow enough with fewer. */
const SOFTWARE_LENGTHS = [2 ** 22];
const HARDWARE_LENGTHS = [2 ** 22, 2 ** 26];

export const bench: HostFunction<BenchRequest, Measurement> = async (
  request,
  { gpu, activations, adapter, report },
) => {
  const { names, lengths = adapter.software ? SOFTWARE_LENGTHS : HARDWARE_LENGTHS, rounds, dtype, peers } = request;
  return {
    answer: await measure(gpu, activations, {
      names,
      lengths,
      ...(rounds && { rounds }),
      ...(dtype && { dtype }),
      peers: peers ? [...(peers.bundle ? await loadPeers(peers.bundle) : []), loop] : [],
      isIeee: adapter.software,
      onProgress: (label, done, total) => report({ label, done, total }),
    }),
  };
};

async function loadPeers({ module, setup }: { module: string; setup: PeerSetup }): Promise<Peer[]> {
  const { createPeers } = await import(/* @vite-ignore */ module);
  return createPeers(setup);
}
