/** What AMD's compiler makes of the kernels, by the record of `npm run headroom`, gets no worse. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Headroom } from '../readme.js';

const { cards, rows }: Headroom = JSON.parse(
  readFileSync(new URL('../../bench/results/headroom.json', import.meta.url), 'utf8'),
);
const compiled = rows.flatMap(({ name, pass, family, of }) =>
  cards.map(({ family: chip }) => ({ kernel: `${name}.${pass}`, chip, family, ...of[chip]! })),
);

test('five families of GPUs, and no kernel spills a register', () => {
  expect(cards).toHaveLength(5);
  expect(compiled.filter(({ spills }) => spills !== 0)).toEqual([]);
});

/** What headroom should be at least, and which kernels have how much less; a line may only go or rise, unless a result is wrong. */
const goals = { elementwise: 1.7, channelwise: 1.7, gated: 1.7, rowwise: 1.5 } as const;
const below: Readonly<Record<string, number>> = {
  'laplace.forward': 1.12,
  'sparsemax.forward': 0.152,
  'sparsemax.backward': 0.432,
  'logSumExp.forward': 0.8,
  'logSumExp.backward': 1.29,
  'crossEntropy.forward': 0.746,
  'crossEntropy.backward': 1.18,
};

test('arithmetic is faster than memory by its goal, or by no less than it was', () => {
  const least = new Map<string, number>();
  for (const { kernel, headroom } of compiled) least.set(kernel, Math.min(headroom, least.get(kernel) ?? Infinity));
  const slow = compiled.filter(({ kernel, family, headroom }) => headroom < (below[kernel] ?? goals[family]));
  expect(slow).toEqual([]);
  // One that reached its goal is held to it.
  const goalOf = new Map(compiled.map(({ kernel, family }) => [kernel, goals[family]]));
  expect(Object.keys(below).filter((kernel) => least.get(kernel)! >= goalOf.get(kernel)!)).toEqual([]);
});
