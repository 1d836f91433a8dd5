/** The matcher for other people's kernels, on arrays. */
import { describe, expect, test } from 'vitest';
import { toHalf } from '../../src/check/half.js';
import { expectWithinUlp, toBeWithinUlp } from '../../src/vitest.js';

expect.extend({ toBeWithinUlp });

const x = Float32Array.from({ length: 1000 }, (_, index) => index / 100 - 5);
const y = x.map(Math.tanh);
// biome-ignore lint/suspicious/noExplicitAny: wrong calls, which the types refuse
type Wrong = any;

test('rounded results are within half an ULP; others are shown, the worst among them', async () => {
  await expect(y).toBeWithinUlp(Math.tanh, { inputs: x, ulp: 0.5 });
  await expectWithinUlp(y, Math.tanh, { inputs: x, ulp: 0.5 });
  const wrong = y.slice();
  wrong[7]! += 2 ** -20;
  await expect(wrong).not.toBeWithinUlp(Math.tanh, { inputs: x, ulp: 2 });
  await expect(expect(wrong).toBeWithinUlp(Math.tanh, { inputs: x, ulp: 2 })).rejects.toThrow(
    /^1 of 1000 elements are more than 2 ULP \(float32\) off:\nindex +x +expected +got +ULP\n +7 +-4.92\d* +-0.9998\d* +-0.9998\d* +1[56]\.\d+$/,
  );
  await expect(expectWithinUlp(wrong, Math.tanh, { inputs: x, ulp: 2 })).rejects.toThrow('1 of 1000 elements');
  await expect(expect(y).not.toBeWithinUlp(Math.tanh, { inputs: x, ulp: 2 })).rejects.toThrow(
    'expected an element more than 2 ULP off, got 1000 within',
  );
});

test('NaN is right for NaN alone, and an absolute bound makes none right', async () => {
  const one = (value: number) => new Float32Array([value]);
  const inputs = [1];
  await expect(one(NaN)).toBeWithinUlp(() => NaN, { inputs, ulp: 0 });
  await expect(one(NaN)).not.toBeWithinUlp(() => 1, { inputs, ulp: 1e9, absolute: 1e9 });
  await expect(one(1)).not.toBeWithinUlp(() => NaN, { inputs, ulp: 1e9, absolute: 1e9 });
  await expect(one(Infinity)).not.toBeWithinUlp(() => 1, { inputs, ulp: 1e9, absolute: 1e9 });
  await expect(one(1e-7)).not.toBeWithinUlp(() => 0, { inputs, ulp: 2 });
  await expect(one(1e-7)).toBeWithinUlp(() => 0, { inputs, ulp: 2, absolute: 1e-6 });
});

test('functions of several numbers, and 16 bits', async () => {
  const up = x.map((value) => value + 1);
  await expect(x.map((gate, index) => gate * up[index]!)).toBeWithinUlp((a, b) => a! * b!, {
    inputs: [x, up],
    ulp: 0.5,
  });
  const halves = toHalf(y);
  await expect(halves).toBeWithinUlp(Math.tanh, { inputs: x, ulp: 0.501, dtype: 'f16' });
  await expect(halves).not.toBeWithinUlp(Math.tanh, { inputs: x, ulp: 0.5, dtype: 'bf16' });
  // what a call of halves was given
  await expect(halves).toBeWithinUlp((value) => value, { inputs: halves, ulp: 0, dtype: 'f16' });
});

describe('what cannot be compared', () => {
  test.each([
    [[1, 2], Math.tanh, { inputs: x, ulp: 1 }, 'expected an array or a GPUBuffer, got Array'],
    [null, Math.tanh, { inputs: x, ulp: 1 }, 'expected an array or a GPUBuffer, got null'],
    [y, 3, { inputs: x, ulp: 1 }, 'expected a function of numbers, got 3'],
    [y, Math.tanh, undefined, 'expected ulp to be a finite number, not negative, got undefined'],
    [y, Math.tanh, { inputs: x, ulp: NaN }, 'expected ulp to be a finite number, not negative, got NaN'],
    [y, Math.tanh, { ulp: 1 }, 'expected inputs to be numbers, or lists of them, got undefined'],
    [y, Math.tanh, { inputs: [], ulp: 1 }, 'expected at least one input, got none'],
    [y, Math.tanh, { inputs: [x, [1]], ulp: 1 }, 'expected inputs of one length, 1000, got 1'],
    [y.subarray(1), Math.tanh, { inputs: x, ulp: 1 }, 'expected 1000 elements, as the inputs, got 999'],
    [y, Math.tanh, { inputs: x, ulp: 1, dtype: 'f16' }, 'expected a Uint16Array for dtype "f16", got Float32Array'],
    [y, Math.tanh, { inputs: x, ulp: 1, dtype: 'f8' }, 'expected dtype to be "f32", "f16" or "bf16", got "f8"'],
    [{ size: 4000, usage: 4 }, Math.tanh, { inputs: x, ulp: 1 }, 'expected device to be the GPUDevice of the buffer'],
  ])('%#', async (received, exact, options, message) => {
    await expect(expectWithinUlp(received as Wrong, exact as Wrong, options as Wrong)).rejects.toThrow(
      `toBeWithinUlp: ${message}`,
    );
  });
});
