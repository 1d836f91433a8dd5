/** What the bench asks of another library. An adapter imports nothing of this one: its bundle stands alone. */
import type { Arrays, Work } from '../work.js';

/** A pass on tensors that lie where the peer computes. */
export interface Prepared {
  /** Enqueues one run, or does it at once. */
  run(): void | Promise<void>;
  /** Waits until what was enqueued is done. */
  finish(): Promise<void>;
  /** The results of the latest run. */
  read(): Promise<Arrays>;
  dispose(): void;
}

export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Whether it runs on the GPU: what runs on the CPU is an opponent of its own kind. */
  readonly isOnGpu: boolean;
  /** Starts it: device, compilers, WebAssembly. */
  open(): Promise<void>;
  supports(work: Work): boolean;
  /** @param sets how many copies of the inputs the runs rotate among */
  prepare(work: Work, inputs: Arrays, sets: number): Promise<Prepared>;
}

/** Where the page finds the files that peers load by themselves, and what its bundle does not tell. */
export interface PeerSetup {
  /** Folders' addresses with a final slash. */
  readonly folders: Readonly<Record<'onnx' | 'litert' | 'wasm', string>>;
  readonly versions: Readonly<Record<'jax' | 'onnx' | 'litert' | 'torch', string>>;
}
