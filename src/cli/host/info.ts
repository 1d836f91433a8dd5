import type { AdapterFacts } from './adapter.js';
import type { HostFunction } from './call.js';

export interface Info {
  readonly adapter: AdapterFacts;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly wgslLanguageFeatures: readonly string[];
}

export const info: HostFunction<Record<string, never>, Info> = async (_, { gpu, adapter, activations }) => {
  const { features, limits } =
    (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? activations.device;
  const names = new Set<string>();
  // Limits are getters of the prototype, in browsers and in Dawn alike.
  for (const name in limits) names.add(name);
  const values = [...names].sort().map((name) => [name, Number(limits[name as keyof GPUSupportedLimits])] as const);
  return {
    answer: {
      adapter,
      features: [...features].sort(),
      limits: Object.fromEntries(values.filter(([, value]) => Number.isFinite(value))),
      wgslLanguageFeatures: [...(gpu.wgslLanguageFeatures ?? [])].sort(),
    },
  };
};
