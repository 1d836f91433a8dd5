/** What the library keeps of a device, whoever uses it: pipelines, what recording needs, and whether it is lost. */
import { Dispatcher } from './dispatch.js';
import { DeviceLostError } from './errors.js';
import { Pipelines } from './pipeline.js';

/** What all Activations objects of a device share whose labels and debug groups are the same. */
export interface Shared {
  readonly pipelines: Pipelines;
  readonly dispatcher: Dispatcher;
}

/** Held by those objects alone: it goes with the last of them. */
const shared = new WeakMap<GPUDevice, Map<string, WeakRef<Shared>>>();

export function sharedOf(device: GPUDevice, hasImmediates: boolean, label: string, isGrouped: boolean): Shared {
  const key = `${hasImmediates}${isGrouped}${label}`;
  const forms = shared.get(device) ?? new Map<string, WeakRef<Shared>>();
  const known = forms.get(key)?.deref();
  if (known) return known;
  const pipelines = new Pipelines(device, hasImmediates, label);
  const made = { pipelines, dispatcher: new Dispatcher(device, pipelines, isGrouped) };
  shared.set(device, forms.set(key, new WeakRef(made)));
  return made;
}

/** Whether a device is lost. */
export interface Loss {
  /** Fulfilled when the device is lost. */
  readonly told: Promise<void>;
  info?: GPUDeviceLostInfo;
}

const losses = new WeakMap<GPUDevice, Loss>();

/** One listener a device: what a promise of the device refers to lives as long as the device. */
export function lossOf(device: GPUDevice): Loss {
  const known = losses.get(device);
  if (known) return known;
  const loss: Loss = {
    told: device.lost.then((info) => {
      loss.info = info;
    }),
  };
  losses.set(device, loss);
  return loss;
}

/** The error of every call on a lost device. */
export function lostError({ info }: Loss): DeviceLostError | undefined {
  return (
    info && new DeviceLostError(`device: expected a live device, got a lost one (${info.reason}): ${info.message}`)
  );
}

const WORD_OF_LOSS_MILLISECONDS = 1000;

/** Why a call failed. A device that is lost rejects what waits for it, and tells of its loss a moment later. */
export async function reasonOf(device: GPUDevice, error: unknown): Promise<unknown> {
  const loss = lossOf(device);
  const { name } = (error ?? {}) as { name?: unknown };
  if (name === 'OperationError' || name === 'AbortError' || name === 'GPUPipelineError') {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moment = new Promise((resolve) => {
      timer = setTimeout(resolve, WORD_OF_LOSS_MILLISECONDS);
    });
    await Promise.race([loss.told, moment]);
    clearTimeout(timer);
  }
  return lostError(loss) ?? error;
}
