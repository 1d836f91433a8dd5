import { check, defaultCount } from '../../check/check.js';
import type { ArrayCalls } from '../../check/compute.js';
import type { Result } from '../../check/result.js';
import type { StorageType } from '../../storage.js';
import type { HostFunction } from './call.js';
import { tellLoss } from './guard.js';

export interface CheckRequest {
  readonly names: readonly string[];
  readonly count?: number;
  readonly dtype?: StorageType;
}

export const checkSamples: HostFunction<CheckRequest, readonly Result[]> = async (request, context) => {
  const { names, count = defaultCount, dtype = 'f32' } = request;
  const { activations, adapter, report } = context;
  const answer: Result[] = [];
  for (const [done, name] of names.entries()) {
    report({ label: `checking ${name}`, done, total: names.length });
    const calls = activations as unknown as ArrayCalls;
    answer.push(
      ...(await check(calls, name, { count, dtype, isIeee: adapter.software }).catch(async (error) => {
        await tellLoss(activations.device);
        return [broken(name, error)];
      })),
    );
  }
  return { answer };
};

/** One activation that cannot be run at all, its shader say, must not hide the others. */
function broken(op: string, error: Error): Result {
  const nothing = { values: 0, maxUlp: 'Infinity', maxAbs: 'Infinity', worst: null } as const;
  return {
    suite: 'reference',
    name: `${op} y`,
    op,
    direction: 'forward',
    status: 'failed',
    reason: error.message,
    ...nothing,
  };
}
