/** The page's one device, and what is known about it. */
import { signal } from '@preact/signals';
import { type AdapterFacts, adapterFacts } from '../../src/cli/host/adapter.js';
import { type Activations, createActivations } from '../../src/index.js';

export interface Device {
  readonly activations: Activations;
  readonly adapter: AdapterFacts;
}

/** There was a device, and it was lost. */
export const isLost = signal(false);

/** Still looked for, found, or the sentence that says why there is none. */
export const device = signal<Device | string | undefined>(undefined);

export const deviceNow = (): Device | undefined => (typeof device.value === 'object' ? device.value : undefined);

export async function openDevice(): Promise<void> {
  try {
    const activations = await createActivations({ powerPreference: 'high-performance' });
    device.value = { activations, adapter: adapterFacts(activations.device.adapterInfo) };
    isLost.value = false;
    const { message } = await activations.device.lost;
    isLost.value = true;
    device.value = `The GPU's device was lost${message ? ` (${message})` : ''}: get a new one, or ask it for less.`;
  } catch (error) {
    device.value = (error as Error).message;
  }
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
