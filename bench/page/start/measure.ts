/** A first look at a device: GELU both ways at one size, its errors, and from which size on it beats the CPU. */
import { check } from '../../../src/check/index.js';
import { dynamic } from '../../../src/index.js';
import { clockOf, measureRows } from '../../bench.js';
import { loop } from '../../peers/loop.js';
import type { Row } from '../../rows.js';
import { PASSES } from '../../work.js';
import { benchCpu } from '../benchmark/cpu.js';
import type { Outcome } from '../benchmark/report_file.js';
import { browserName, type Device } from '../device.js';

const LENGTH = 2 ** 22;
/** Where a GPU and one thread of a CPU are likely to be level. */
const LENGTHS = [10, 12, 14, 16, 18, 20].map((exponent) => 2 ** exponent);
const CPU_LENGTH = 2 ** 20;
const INPUTS = 2 ** 16;
const ROUNDS = 3;

export interface Look {
  readonly signal: AbortSignal;
  onProgress(label: string, done: number, total: number): void;
  /** What is known so far. */
  onOutcome(outcome: Outcome): void;
}

export async function measureFirst(device: Device | undefined, look: Look): Promise<void> {
  const { signal, onOutcome } = look;
  const names = ['gelu'];
  const rows: Row[] = [];
  const total = PASSES.length + 1 + LENGTHS.length;
  let begun = 0;
  const onProgress = (label: string, done: number) => look.onProgress(label, begun + done, total);
  const facts = {
    adapter: device?.adapter ?? {
      ...{ name: 'One thread of this CPU', vendor: '', architecture: '', device: '', description: '', software: true },
    },
    ...{ runtime: browserName(), date: new Date().toISOString(), commit: REVISION, rounds: ROUNDS },
  };
  const shared = { names, rounds: ROUNDS, signal, onProgress };
  if (!device) {
    const onRows = (measured: readonly Row[]) => rows.push(...measured);
    await benchCpu({ ...shared, lengths: [CPU_LENGTH], passes: PASSES, peers: [loop], onRows });
    return onOutcome({ ...facts, rows });
  }
  const { activations, adapter } = device;
  const isIeee = adapter.software;
  const measured = { ...facts, clock: clockOf(activations) };
  const options = { ...shared, extent: 'glance' as const, isIeee };
  rows.push(...(await measureRows(activations, { ...options, lengths: [LENGTH] })).rows);
  onOutcome({ ...measured, rows: [...rows] });
  begun = PASSES.length;
  onProgress(`${INPUTS} inputs against float64`, 0);
  const results = await check(dynamic(activations), names[0]!, { count: INPUTS, isIeee });
  const ulpOf = (direction: string) => Number(results.find((result) => result.direction === direction)!.maxUlp);
  const accuracy = { forward: ulpOf('forward'), backward: ulpOf('backward'), inputs: INPUTS };
  onOutcome({ ...measured, rows: [...rows], accuracy });
  begun++;
  await measureRows(activations, {
    ...{ ...options, lengths: LENGTHS, passes: ['forward'], peers: [loop] },
    onRows: (some) => rows.push(...some),
  });
  onOutcome({ ...measured, rows, accuracy });
}
