import {
  type BenchOptions,
  clockOf,
  DEFAULT_ROUNDS,
  type Measurement,
  bench as measure,
  measureRows,
} from '../../../bench/bench.js';
import { loop } from '../../../bench/peers/loop.js';
import type { Peer, PeerSetup } from '../../../bench/peers/peer.js';
import type { HostContext, HostFunction } from './call.js';

export interface BenchRequest extends Pick<BenchOptions, 'names' | 'rounds' | 'dtype' | 'extent' | 'seconds'> {
  /** Elements of a tensor; unless given, as many as the adapter wants. */
  readonly lengths?: readonly number[];
  /** Compare with others: with a plain loop, and with the libraries in the bundle where there is one. */
  readonly peers?: { readonly bundle?: { readonly module: string; readonly setup: PeerSetup } };
}

/** A GPU shows its limit from some 2²⁶ elements on; a CPU is slow enough with fewer. */
const SOFTWARE_LENGTHS = [2 ** 22];
const HARDWARE_LENGTHS = [2 ** 22, 2 ** 26];

export const bench: HostFunction<BenchRequest, Measurement> = async (request, context) => ({
  answer: await measure(context.gpu, context.activations, await optionsOf(request, context)),
});

/** Only the functions: no launch cost, fused passes, 16-bit storage, time to the first result. */
export const benchRows: HostFunction<
  BenchRequest,
  Pick<Measurement, 'clock' | 'rounds' | 'copyShapes' | 'rows'>
> = async (request, context) => {
  const { activations } = context;
  const { rounds = DEFAULT_ROUNDS } = request;
  const rows = await measureRows(activations, await optionsOf(request, context));
  return { answer: { clock: clockOf(activations), rounds, ...rows } };
};

async function optionsOf({ peers, ...request }: BenchRequest, { adapter, report }: HostContext): Promise<BenchOptions> {
  return {
    lengths: adapter.software ? SOFTWARE_LENGTHS : HARDWARE_LENGTHS,
    ...request,
    peers: peers ? [...(peers.bundle ? await loadPeers(peers.bundle) : []), loop] : [],
    isIeee: adapter.software,
    onProgress: (label, done, total) => report({ label, done, total }),
  };
}

async function loadPeers({ module, setup }: { module: string; setup: PeerSetup }): Promise<Peer[]> {
  const { createPeers } = await import(/* @vite-ignore */ module);
  return createPeers(setup);
}
