import { expect, test } from 'vitest';
import { resolveActivation } from '../../src/catalogue.js';
import { describe as describeValue, nearest } from '../../src/errors.js';

test('the nearest of several words: letters swapped, dropped, added or replaced, three at most', () => {
  const words = ['gelu', 'geluTanh', 'silu', 'prelu'];
  expect(nearest('gleu', words)).toBe('gelu');
  expect(nearest('geluTan', words)).toBe('geluTanh');
  expect(nearest('preluu', words)).toBe('prelu');
  expect(nearest('SILV', words)).toBe('silu');
  expect(nearest('prelu123', words)).toBe('prelu');
  expect(nearest('prelu1234', words)).toBeUndefined();
  expect(nearest('', ['abc', 'abcd'])).toBe('abc');
});

test('a name of 100,000 letters is refused at once, in a short message', () => {
  const begin = performance.now();
  expect(() => resolveActivation('g'.repeat(100_000))).toThrow(/^activation: expected .{1,1000}$/);
  expect(performance.now() - begin).toBeLessThan(500);
  expect(describeValue('g'.repeat(61))).toBe(`"${'g'.repeat(60)}…"`);
  expect(describeValue('g'.repeat(60))).toBe(`"${'g'.repeat(60)}"`);
});
