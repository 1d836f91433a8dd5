import { type Activations, createActivations, WebGPUUnavailableError } from '../../index.js';

export type AdapterChoice = 'auto' | 'hardware' | 'swiftshader';

export interface AdapterFacts {
  /** One line for people. */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** It runs on the CPU. */
  readonly software: boolean;
}

/** A device for the activations on the adapter that was asked for. @throws {WebGPUUnavailableError} */
export async function openActivations(gpu: GPU | undefined, choice: AdapterChoice): Promise<Activations> {
  if (!gpu)
    throw new WebGPUUnavailableError(
      'WebGPU: expected navigator.gpu, got none: the browser or its flags do not offer WebGPU',
    );
  const activations = await createActivations({ gpu, powerPreference: 'high-performance' });
  const facts = adapterFacts(activations.device.adapterInfo);
  if (choice !== 'hardware' || !facts.software) return activations;
  activations.dispose();
  throw new WebGPUUnavailableError(
    `WebGPU: expected a hardware adapter, got ${facts.name}: install the GPU's (Vulkan) driver`,
  );
}

export function adapterFacts({
  vendor,
  architecture,
  device,
  description,
  isFallbackAdapter,
}: GPUAdapterInfo): AdapterFacts {
  const words = [vendor, architecture, description || device].filter(Boolean);
  // Dawn marks only the adapters it was asked to fall back to; these are the software ones there are.
  const software = isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(words.join(' '));
  return { name: words.join(' ') || 'unnamed adapter', vendor, architecture, device, description, software };
}
