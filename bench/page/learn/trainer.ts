/** Trains networks in the page: some steps, a look, a frame for the page, and so on; and stops when the device is another. */
import { effect, type Signal, signal } from '@preact/signals';
import type { Activations } from '../../../src/index.js';
import { device, deviceNow } from '../device.js';
import type { Network } from './network.js';

/** Steps between two looks on the GPU; a slow CPU does fewer, so that the page answers meanwhile. */
const STEPS_PER_LOOK = 5;
const MILLISECONDS_PER_LOOK = 20;

export interface Trainer {
  readonly isRunning: Signal<boolean>;
  readonly problem: Signal<string>;
  /** Trains all until they have done `steps`, and calls `look` now and then. */
  train(networks: readonly Network[], steps: number, look: () => Promise<void>): Promise<void>;
  /** Runs work that builds networks; tells what went wrong in words. */
  guard(work: () => Promise<void>): Promise<void>;
  stop(): void;
}

export function createTrainer(onNewDevice: () => void): Trainer {
  const isRunning = signal(false);
  const problem = signal('');
  let isStopping = false;
  let known = deviceNow()?.activations;
  // networks of a device that is lost cannot go on
  effect(() => {
    const { value } = device;
    const now = typeof value === 'object' ? value.activations : undefined;
    if (now === known) return;
    isStopping = true;
    problem.value = known && !now ? 'The GPU’s device was lost, and the network with it. Start a new run.' : '';
    known = now;
    onNewDevice();
  });
  return {
    isRunning,
    problem,
    async guard(work) {
      if (isRunning.value) return;
      isRunning.value = true;
      isStopping = false;
      problem.value = '';
      const before = known;
      try {
        await work();
      } catch (error) {
        // a lost device says so by itself, in one place
        if (before === known && !(await isLostSoon(before))) problem.value = (error as Error).message;
      } finally {
        isRunning.value = false;
      }
    },
    async train(networks, steps, look) {
      for (let isFirst = true; !isStopping && networks[0]!.step < steps; isFirst = false) {
        const start = performance.now();
        const target = Math.min(steps, networks[0]!.step + (isFirst ? 1 : STEPS_PER_LOOK));
        while (networks[0]!.step < target && performance.now() - start < MILLISECONDS_PER_LOOK)
          for (const network of networks) network.train(1);
        await look();
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    stop() {
      isStopping = true;
    },
  };
}

/** A call fails a moment before the page hears that the device was lost. */
async function isLostSoon(activations: Activations | undefined): Promise<boolean> {
  if (!activations) return false;
  return Promise.race([
    activations.device.lost.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
  ]);
}
