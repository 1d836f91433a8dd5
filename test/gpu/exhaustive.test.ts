/** The exhaustive check end to end, on small ranges of bit patterns: GPU, Web Workers, tallies. */
import { expect, test } from 'vitest';
import type { Workers } from '../../src/check/exhaustive/pool.js';
import { sweep } from '../../src/check/exhaustive/sweep.js';
import { useDevice } from './support.js';

const held = useDevice();

const workers: Workers = {
  count: 2,
  start() {
    const worker = new Worker(new URL('./exhaustive_worker.ts', import.meta.url), { type: 'module' });
    return {
      post: (task, transfer) => worker.postMessage(task, transfer),
      listen(answer, fail) {
        worker.addEventListener('message', ({ data }) => answer(data));
        worker.addEventListener('error', ({ message }) => fail(new Error(message)));
      },
      terminate: () => worker.terminate(),
    };
  },
};

test.each(['sigmoid', 'prelu'])('%s over NaN, and to both sides of −0', async (name) => {
  const range = { first: 0x7fff_8000, count: 2 ** 16 };
  const { forward, derivative } = await sweep(held.gpu, name, { ...range, workers, isIeee: true });
  expect(forward).toMatchObject({ values: 2 ** 16, failures: 0, mismatches: 0 });
  expect(derivative).toMatchObject({ values: 2 ** 16, failures: 0, mismatches: 0 });
});

test('several pieces, the last of them short', async () => {
  const [first, count] = [0xc07f_0000, 2 ** 23 + 2 ** 20 + 77];
  const done: number[] = [];
  const onProgress = (part: number, total: number) => done.push(part / total);
  const { forward, derivative } = await sweep(held.gpu, 'leakyRelu', {
    first,
    count,
    workers,
    isIeee: true,
    onProgress,
  });
  expect(forward).toMatchObject({ values: count, failures: 0 });
  expect(forward.histogram.reduce((sum, bin) => sum + bin)).toBe(count);
  expect(derivative).toMatchObject({ values: count, failures: 0 });
  expect(done).toHaveLength(3);
  expect(done.at(-1)).toBe(1);
});

test('a gated unit is refused', async () => {
  const work = sweep(held.gpu, 'glu', { first: 0, count: 1, workers, isIeee: true });
  await expect(work).rejects.toThrow('glu: expected an activation of x alone, got a gated one');
});
