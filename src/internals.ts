/** What other modules of the library may use of an Activations object, without a public name for it. */
import type { BufferPool } from './buffers.js';
import type { Definition } from './definition.js';
import type { Dispatcher } from './dispatch.js';
import { failType } from './errors.js';
import type { Pipelines } from './pipeline.js';
import type { Limits, Shape } from './plan/index.js';

export interface Internals {
  readonly device: GPUDevice;
  /** Begins the labels of what is made. */
  readonly label: string;
  readonly pipelines: Pipelines;
  readonly dispatcher: Dispatcher;
  readonly pool: BufferPool;
  /** The definition of what a call names. @throws {TypeError|RangeError} for what is none */
  readonly resolve: (name: unknown) => Definition;
  /** By which calls are planned; `tune()` adds its shape. */
  readonly limits: () => Limits;
  /** Takes a shape that was measured to be best. */
  readonly setShape: (shape: Shape) => void;
  /** The error that every further call throws, once the device is lost or the object disposed. */
  readonly unusable: () => Error | undefined;
  /** Waits for work of the GPU; a lost device is told as the reason of its failure. */
  readonly explained: <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
}

const known = new WeakMap<object, () => Internals>();

/** @param internals throws once they are of no use */
export const registerInternals = (owner: object, internals: () => Internals): void => {
  known.set(owner, internals);
};

/** @throws {TypeError} for anything but an Activations object, {Error} for one that was disposed or lost its device */
export function internalsOf(where: string, gpu: unknown): Internals {
  const internals = typeof gpu === 'object' && gpu !== null ? known.get(gpu) : undefined;
  if (!internals) return failType(where, 'gpu to be what createActivations() gave', gpu);
  return internals();
}
