import type { ArrayCalls } from '../../check/compute.js';
import { checkVector } from '../../check/conformance.js';
import type { Result } from '../../check/result.js';
import type { Vector } from '../../check/vectors.js';
import type { HostFunction } from './call.js';

export const checkVectors: HostFunction<readonly Vector[], readonly Result[]> = async (
  vectors,
  { activations, report },
) => {
  const answer: Result[] = [];
  for (const [done, vector] of vectors.entries()) {
    report({ label: vector.suite, done, total: vectors.length });
    answer.push(await checkVector(activations as unknown as ArrayCalls, vector));
  }
  return { answer };
};
