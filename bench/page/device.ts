/** The page's one device, and what is known about it. */
import { signal } from '@preact/signals';
import type { AdapterFacts } from '../../src/cli/host/adapter.js';
import type { Activations } from '../../src/index.js';

export interface Device {
  readonly activations: Activations;
  readonly adapter: AdapterFacts;
}

/** There was a device, and it was lost. */
export const isLost = signal(false);

/** Still looked for, found, or the sentence that says why there is none. */
export const device = signal<Device | string | undefined>(undefined);

export const deviceNow = (): Device | undefined => (typeof device.value === 'object' ? device.value : undefined);

/** The library, which is larger than the page around it: that is shown first. */
const library = () => Promise.all([import('../../src/index.js'), import('../../src/cli/host/adapter.js')]);

const HOW_TO_GET_ONE =
  'Chrome and Edge 113, Safari 26 and Firefox 141 have WebGPU on most systems; it needs https or localhost.';

export async function openDevice(): Promise<void> {
  if (!navigator.gpu) {
    device.value = `This browser has no WebGPU${isSecureContext ? '' : ' on a page without https'}. ${HOW_TO_GET_ONE}`;
    return;
  }
  const [{ createActivations, WebGPUUnavailableError }, { adapterFacts }] = await library();
  try {
    const activations = await createActivations({ powerPreference: 'high-performance' });
    device.value = { activations, adapter: adapterFacts(activations.device.adapterInfo) };
    isLost.value = false;
    const { message } = await activations.device.lost;
    isLost.value = true;
    device.value = `The GPU's device was lost${message ? ` (${message})` : ''}: get a new one, or ask it for less.`;
  } catch (error) {
    device.value =
      error instanceof WebGPUUnavailableError
        ? 'The browser has WebGPU and offers no adapter: its graphics acceleration may be off, or the driver is too old. ' +
          'On Linux, Chrome may want chrome://flags/#enable-unsafe-webgpu.'
        : (error as Error).message;
  }
}

let isAsked = false;

export function ensureDevice(): void {
  if (isAsked) return;
  isAsked = true;
  void openDevice();
}

/** The device, once it is found or known not to be there. */
export async function foundDevice(): Promise<Device | undefined> {
  ensureDevice();
  await new Promise<void>((resolve) => {
    const stop = device.subscribe((value) => {
      if (value === undefined) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
  return deviceNow();
}

/** The browser and its version, as it tells them. */
export function browserName(): string {
  const { userAgent } = navigator;
  return (
    /(?:Edg|OPR|Firefox)\/[\d.]+/.exec(userAgent)?.[0] ??
    /(?:Headless)?Chrome\/[\d.]+/.exec(userAgent)?.[0] ??
    /Version\/[\d.]+ .*Safari/.exec(userAgent)?.[0] ??
    userAgent
  );
}
