import { describe, expect, test } from 'vitest';
import { broadcastShape, channelLayout, elementCount, expand, permute, sumTo } from '../../src/check/layout.js';

const count = (...shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: elementCount(shape) }, (_, i) => i),
});

describe('permute', () => {
  test('transposes', () => {
    expect(permute(count(2, 3), [1, 0])).toEqual({ shape: [3, 2], data: Float32Array.of(0, 3, 1, 4, 2, 5) });
  });

  test('and back again', () => {
    const tensor = count(2, 3, 4);
    expect(permute(permute(tensor, [2, 0, 1]), [1, 2, 0])).toEqual(tensor);
  });

  test('scalars and empty arrays', () => {
    expect(permute(count(), [])).toEqual({ shape: [], data: Float32Array.of(0) });
    expect(permute(count(2, 0), [1, 0])).toEqual({ shape: [0, 2], data: new Float32Array(0) });
  });
});

describe("NumPy's broadcasting", () => {
  test.each([
    [[2, 3], [3], [2, 3]],
    [
      [2, 3],
      [2, 1],
      [2, 3],
    ],
    [[4], [3, 1], [3, 4]],
    [[], [2], [2]],
    [
      [0, 3],
      [1, 3],
      [0, 3],
    ],
  ])('%j and %j give %j', (a, b, expected) => {
    expect(broadcastShape(a, b)).toEqual(expected);
    expect(broadcastShape(b, a)).toEqual(expected);
  });

  test('shapes that do not fit are an error', () => {
    expect(() => broadcastShape([2, 3], [2])).toThrow('expected shapes that broadcast, got [2, 3] and [2]');
  });

  test('expand repeats, sumTo sums what was repeated', () => {
    const column = { shape: [2, 1], data: Float32Array.of(1, 2) };
    expect(expand(column, [2, 3]).data).toEqual(Float32Array.of(1, 1, 1, 2, 2, 2));
    expect(sumTo(count(2, 3), [2, 1])).toEqual({ shape: [2, 1], data: Float32Array.of(3, 12) });
    expect(sumTo(count(2, 3), [3])).toEqual({ shape: [3], data: Float32Array.of(3, 5, 7) });
    expect(sumTo(count(2, 3), [])).toEqual({ shape: [], data: Float32Array.of(15) });
  });
});

describe('channelLayout', () => {
  test.each([
    [[], [2, 3], { channels: 1, inner: 1 }],
    [[1, 1], [2, 3], { channels: 1, inner: 1 }],
    [[3], [2, 3], { channels: 3, inner: 1 }],
    [[2, 1], [2, 3], { channels: 2, inner: 3 }],
    [[3, 1, 1], [2, 3, 4, 5], { channels: 3, inner: 20 }],
    [[3, 4, 1], [2, 3, 4, 5], { channels: 12, inner: 5 }],
    [[2, 1, 4], [2, 3, 4], undefined],
  ])('a weight of %j over x of %j', (weight, x, expected) => {
    expect(channelLayout(weight, x)).toEqual(expected);
  });
});
