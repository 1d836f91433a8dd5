/** Which shape of kernel an adapter runs fastest: measured, once, and kept. Results never depend on it. */
import { relu, silu } from './activations.js';
import { checkEncode } from './call.js';
import { type Command, record } from './dispatch.js';
import { failType } from './errors.js';
import { type Internals, internalsOf } from './internals.js';
import { checkOptionNames, checkRunOptions } from './options.js';
import { isShape, planCall, type Shape, usualShape } from './plan/index.js';
import { scoped } from './scope.js';
import { Usage } from './usage.js';

/** What `tune` may be given. */
export interface TuneOptions {
  /** Where the choice is kept by adapter: `localStorage`, or anything with its two methods. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>;
  readonly signal?: AbortSignal;
}

const SHAPES: readonly Shape[] = [64, 128, 256].flatMap((workgroupSize) =>
  [1, 2, 4].map((steps) => ({ workgroupSize, steps })),
);
/** A cheap and a costly function, one pass each: memory bounds the first on every adapter, the second on most. */
const SUBJECTS = [
  [relu, 'forward'],
  [silu, 'backward'],
] as const;
const LENGTH = 2 ** 22;
const ROUNDS = 3;
const SPAN_MILLISECONDS = 4;
const MAXIMUM_REPEATS = 64;
/** Less is noise: the usual shape stays. */
const WORTHWHILE = 1.03;

/**
 * Measures which shape of kernel this adapter runs fastest, in a second or so, and uses it from here on; optional. Results
 * are the same bits for every shape.
 * @param options.storage keeps the choice by adapter (`localStorage`); without it, keep what this returns and give it to
 * createActivations({ shape }) the next time
 * @example await tune(gpu, { storage: localStorage });
 */
export async function tune(gpu: object, options: TuneOptions = {}): Promise<Shape> {
  const internals = internalsOf('tune', gpu);
  checkOptionNames('tune', options, ['storage', 'signal']);
  const { storage } = options;
  if (storage != null && [storage.getItem, storage.setItem].some((method) => typeof method !== 'function'))
    failType('tune', 'storage with getItem and setItem', storage);
  checkRunOptions('tune', options);
  const shape = await internals.explained(() => chooseShape(internals, options), options.signal);
  internals.setShape(shape);
  return shape;
}

/** The kept choice of this adapter, or a new one, which is then kept. */
async function chooseShape(internals: Internals, { storage, signal }: TuneOptions): Promise<Shape> {
  const { device } = internals;
  const { vendor, architecture, device: model, description } = device.adapterInfo;
  const key = ['webgpu-activations shape', vendor, architecture, model, description].join('/');
  const kept = parse(() => storage?.getItem(key));
  if (isShape(kept, device.limits)) return kept;
  const shape = await measure(internals, signal);
  try {
    storage?.setItem(key, JSON.stringify(shape));
  } catch {
    // full, or forbidden: the next page measures again
  }
  return shape;
}

function parse(read: () => string | null | undefined): unknown {
  try {
    return JSON.parse(read() ?? 'null');
  } catch {
    return null; // forbidden, another program's, or an older version's
  }
}

async function measure(internals: Internals, signal: AbortSignal | undefined): Promise<Shape> {
  const { device, label: owner, pipelines, dispatcher } = internals;
  const limits = internals.limits();
  const n = Math.min(LENGTH, 64 * Math.floor(limits.maxStorageBufferBindingSize / 256));
  const shapes = SHAPES.filter((shape) => isShape(shape, device.limits));
  const tensors = Object.fromEntries(
    ['x', 'dy', 'out'].map((label) => [
      label,
      device.createBuffer({ label: `${owner}tune ${label}`, size: 4 * n, usage: Usage.STORAGE }),
    ]),
  ) as Record<'x' | 'dy' | 'out', GPUBuffer>;
  const { x, dy, out } = tensors;
  try {
    const subjects: { commands: readonly Command[]; times: number[] }[][] = [];
    for (const shape of shapes) {
      const row: (typeof subjects)[number] = [];
      for (const [definition, direction] of SUBJECTS) {
        const given = direction === 'forward' ? { x, y: out } : { x, dy, dx: out };
        const call = { ...given, length: n };
        const checked = checkEncode(definition, direction, call, undefined, limits.minStorageBufferOffsetAlignment);
        const plan = planCall(checked.call, { ...limits, shape });
        await Promise.all(plan.dispatches.map(({ variant }) => pipelines.prepare(variant)));
        row.push({ commands: dispatcher.prepare(plan, checked.ranges), times: [] });
      }
      subjects.push(row);
    }
    const run = async (commands: readonly Command[], repeats: number): Promise<number> => {
      signal?.throwIfAborted();
      const error = internals.unusable();
      if (error) throw error;
      const begin = performance.now();
      await scoped(device, 'tune', () => {
        const encoder = device.createCommandEncoder({ label: `${owner}tune` });
        const pass = encoder.beginComputePass({ label: `${owner}tune` });
        for (let index = 0; index < repeats; index++) record(pass, commands);
        pass.end();
        device.queue.submit([encoder.finish()]);
      });
      await device.queue.onSubmittedWorkDone();
      return (performance.now() - begin) / repeats;
    };
    for (const { commands } of subjects.flat()) await run(commands, 1);
    const single = await run(subjects[0]![0]!.commands, 1);
    const repeats = Math.max(1, Math.min(Math.ceil(SPAN_MILLISECONDS / single), MAXIMUM_REPEATS));
    for (let round = 0; round < ROUNDS; round++)
      for (const { commands, times } of subjects.flat()) times.push(await run(commands, repeats));
    const scores = subjects.map((row) => row.reduce((product, { times }) => product * median(times), 1));
    const usual = scores[shapes.findIndex((shape) => isSame(shape, usualShape))] ?? Infinity;
    const best = Math.min(...scores);
    return usual <= best * WORTHWHILE ** SUBJECTS.length ? usualShape : shapes[scores.indexOf(best)]!;
  } finally {
    for (const buffer of Object.values(tensors)) buffer.destroy();
  }
}

const isSame = (a: Shape, b: Shape): boolean => a.workgroupSize === b.workgroupSize && a.steps === b.steps;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
