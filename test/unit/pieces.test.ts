import { describe, expect, test } from 'vitest';
import { type ArrayLayout, largestPiece, planArrayPieces } from '../../src/plan/pieces.js';

const plain: ArrayLayout = { length: 0, row: 1, isChanneled: false, channels: 1, inner: 1 };
const largest = 64;

test('a piece is at most 2²³ elements, and two of its bytes’ worth fit into a buffer', () => {
  const largestOf = (maxBufferSize: number) => largestPiece({ maxBufferSize } as GPUSupportedLimits);
  expect(largestOf(2 ** 32)).toBe(2 ** 23);
  expect(largestOf(2 ** 20)).toBe(2 ** 17);
  expect(largestOf(2 ** 20 - 1)).toBe(2 ** 17 - 64);
});

describe('planArrayPieces', () => {
  test.each<[string, Partial<ArrayLayout>]>([
    ['nothing', {}],
    ['one element', { length: 1 }],
    ['exactly one piece', { length: 64 }],
    ['one element more', { length: 65 }],
    ['two pieces', { length: 128 }],
    ['rows', { length: 700, row: 7 }],
    ['rows longer than a piece', { length: 300, row: 100 }],
    ['one channel', { length: 130, isChanneled: true, inner: 65 }],
    ['short channels', { length: 240, isChanneled: true, channels: 3, inner: 4 }],
    ['channels of exactly a piece', { length: 256, isChanneled: true, channels: 16, inner: 4 }],
    ['more channels than fit', { length: 520, isChanneled: true, channels: 26, inner: 10 }],
    ['channels of a piece each', { length: 512, isChanneled: true, channels: 4, inner: 64 }],
    ['channels longer than a piece', { length: 600, isChanneled: true, channels: 3, inner: 100 }],
    ['rows that are channels', { length: 480, row: 6, isChanneled: true, channels: 2, inner: 4 }],
  ])('%s: every element once and in order, in pieces as large as may be, each with the right channels', (_, given) => {
    const layout = { ...plain, ...given };
    const pieces = [...planArrayPieces(layout, largest)];
    let next = 0;
    for (const { start, count, firstChannel, channels, inner } of pieces) {
      expect(start).toBe(next);
      expect(count).toBeGreaterThan(0);
      next = start + count;
      if (layout.row === 1) expect(count).toBeLessThanOrEqual(largest);
      expect(start % layout.row).toBe(0);
      for (let i = 0; i < count; i++) {
        const channel = Math.floor((start + i) / layout.inner) % layout.channels;
        if (layout.isChanneled) expect(firstChannel + (Math.floor(i / inner) % channels)).toBe(channel);
      }
    }
    expect(next).toBe(layout.length);
    // two neighbours that would fit into one piece are one, but where a channel or the array ends between them
    for (const [index, { start, count, firstChannel, channels }] of pieces.slice(1).entries()) {
      const before = pieces[index]!;
      const isApart = firstChannel + channels < layout.channels || start % layout.inner === 0;
      expect(before.count + count > largest || isApart || start + count === layout.length).toBe(true);
    }
  });
});
