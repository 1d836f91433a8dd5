import { type Activations, createActivations, WebGPUUnavailableError } from '../../index.js';

/** Which adapter is asked for. */
export interface AdapterRequest {
  /** What it must be: `software` runs on the CPU. */
  readonly wanted: 'hardware' | 'software' | 'swiftshader' | 'any';
  /** The driver that the program was started with, where the adapter tells no name of its own. */
  readonly driver?: string | undefined;
  /** Ask for WebGPU's fallback adapter. */
  readonly isFallback?: boolean | undefined;
}

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
export async function openActivations(gpu: GPU | undefined, request: AdapterRequest): Promise<Activations> {
  if (!gpu)
    throw new WebGPUUnavailableError(
      'WebGPU: expected navigator.gpu, got none: the browser or its flags do not offer WebGPU',
    );
  const { wanted, driver, isFallback } = request;
  const activations = await createActivations({
    gpu,
    ...(isFallback ? { forceFallbackAdapter: true } : { powerPreference: 'high-performance' }),
  });
  const facts = adapterFacts(activations.device.adapterInfo, driver);
  if (isWanted(facts, wanted)) return activations;
  activations.dispose();
  const advice = wanted === 'hardware' ? ": install the GPU's (Vulkan) driver, or use --adapter software" : '';
  throw new WebGPUUnavailableError(`WebGPU: expected a ${wanted} adapter, got ${facts.name}${advice}`);
}

function isWanted({ software, name }: AdapterFacts, wanted: AdapterRequest['wanted']): boolean {
  if (wanted === 'any') return true;
  if (wanted === 'swiftshader') return /swiftshader/i.test(name);
  return software === (wanted === 'software');
}

/** @param driver named where the adapter tells nothing: Firefox keeps it back */
export function adapterFacts(info: GPUAdapterInfo, driver?: string): AdapterFacts {
  const { vendor = '', architecture = '', device = '', description = '' } = info;
  // wgpu gives PCI numbers, which say nothing to people
  const told = [vendor, architecture, description || device].filter((word) => /\D/.test(word)).join(' ');
  const name = told || (driver ? `${driver}, by its driver file` : 'adapter without a name');
  // Dawn marks only the adapters it was asked to fall back to; these are the software ones there are.
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
  return { name, vendor, architecture, device, description, software };
}
