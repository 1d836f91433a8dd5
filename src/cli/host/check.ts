import { check, defaultCount } from '../../check/check.js';
import type { ArrayCalls } from '../../check/compute.js';
import type { Result } from '../../check/result.js';
import type { HostFunction } from './call.js';

export interface CheckRequest {
  readonly names: readonly string[];
  readonly count?: number;
}

export const checkSamples: HostFunction<CheckRequest, readonly Result[]> = async (request, context) => {
  const { names, count = defaultCount } = request;
  const { activations, adapter, report } = context;
  const answer: Result[] = [];
  for (const [done, name] of names.entries()) {
    report({ label: `checking ${name}`, done, total: names.length });
    answer.push(...(await check(activations as unknown as ArrayCalls, name, { count, isIeee: adapter.software })));
  }
  return { answer };
};
